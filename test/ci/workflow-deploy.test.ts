import * as fs from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { environment, Forge, type Pull } from "../helpers/ci/forge";

jest.setTimeout(120_000);

let forge: Forge;
let google: Google;
beforeEach(async () => {
  forge = await Forge.start();
  google = await Google.start();
});
afterEach(async () => {
  await google.stop();
  await forge.stop();
});

const KEY = "AQ.FAKEfakeFAKEfakeFAKEfake"; // made up

/** Secret Manager and Gemini, as far as the call with a key needs them. */
class Google {
  gemini = { status: 200, reason: "" };
  readonly calls: string[] = [];
  private readonly server = http.createServer((request, response) => {
    this.calls.push(request.url!);
    const secret = request.url!.startsWith("/sm/");
    const { status, reason } = secret ? { status: 200, reason: "" } : this.gemini;
    const body = secret
      ? { payload: { data: Buffer.from(KEY).toString("base64") } }
      : { error: { details: [{ reason }] } };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });

  static async start(): Promise<Google> {
    const google = new Google();
    await new Promise<void>((resolve) => google.server.listen(0, "127.0.0.1", resolve));
    return google;
  }

  get env() {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    return { GOOGLE_SECRET_MANAGER_CUSTOM_ENDPOINT: `${url}/sm/v1/`, GOOGLE_GEMINI_BASE_URL: url };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

const change = (address: string, after: unknown) => ({
  address,
  mode: "managed",
  type: address.split(".")[0],
  name: address.split(".")[1],
  provider_name: "registry.terraform.io/hashicorp/google",
  change: { actions: ["create"], before: null, after, after_unknown: {}, before_sensitive: false, after_sensitive: {} },
});

/** What Terraform plans for a stack. */
function plans(stack: string, changes: readonly unknown[]): void {
  const plan = {
    format_version: "1.2",
    terraform_version: "1.11.4",
    planned_values: { root_module: {} },
    configuration: { root_module: {} },
    resource_changes: changes,
  };
  fs.writeFileSync(path.join(forge.world, `${stack}.json`), JSON.stringify(plan));
}

const calls = () => {
  const file = path.join(forge.world, "calls");
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim().split("\n") : [];
};
const applied = () => calls().filter((call) => call.endsWith(" apply"));
const WIDER = change("google_apikeys_key.key-web_g2", { name: "web-g2", project: "acme-gemini-dev" });
const SECRET = change("google_secret_manager_secret_version.secret-web_g2", { enabled: true });

/** A pull request that touches both environments. */
function opened(): Pull {
  plans("dev", [WIDER, SECRET]);
  plans("prod", [WIDER]);
  const again = (name: string) => `${environment(name)}# again\n`;
  return forge.open(1, { "environments/dev.yaml": again("dev"), "environments/prod.yaml": again("prod") });
}

/** The same with what its run of plan leaves. */
function planned(): Pull {
  const pull = opened();
  forge.planned(pull, ["dev", "prod"]);
  return pull;
}

test("what was approved is applied, in order, and each changed key is called through its secret", async () => {
  const pull = opened();
  const plan = await forge.plan(pull);
  expect({ ok: plan.ok, count: plan.count }).toEqual({ ok: true, count: "2" });
  // No line of Terraform begins as a command to the runner does.
  expect(plan.log).toContain("dev | ::warning::a line that looks like a command\n");
  expect(plan.log).not.toMatch(/^::/m);
  expect((await forge.comment(pull, plan.run, "success", "plan")).log).toBe(
    "The comment of pull request 1: created.\n",
  );
  expect(forge.server.bodies(1)[0]).toMatch(
    /### Plan of `dev`\n\nThe plan changes 2 resources\. Effect hash: `[0-9a-f]{64}`/,
  );
  fs.rmSync(path.join(forge.world, "calls"));
  const { ok, done, log } = await forge.deploy(forge.merge(pull), { env: google.env });
  expect(log).toContain("dev/web: works (200)\n");
  expect({ ok, done }).toEqual({ ok: true, done: ["dev ok", "prod ok"] });
  expect(calls()).toEqual([
    ..."init plan show apply".split(" ").map((c) => `dev ${c}`),
    ..."init plan show apply".split(" ").map((c) => `prod ${c}`),
  ]);
  expect(google.calls.slice(0, 2)).toEqual([
    "/sm/v1/projects/acme-gemini-dev/secrets/gemini-web/versions/latest:access",
    "/v1beta/models?pageSize=1",
  ]);
  expect(log).not.toContain("AQ.");
  // Nothing of a plan is left.
  expect(fs.readdirSync(path.dirname(forge.world)).filter((name) => name.startsWith("gemkeys-plan-"))).toEqual([]);
});

test("a plan that is not the approved one is not applied: the difference is shown, and nothing after it begins", async () => {
  const pull = planned();
  plans("dev", [change("google_apikeys_key.key-web_g2", { name: "web-g2", project: "elsewhere" }), SECRET]);
  const { ok, done, log } = await forge.deploy(forge.merge(pull), { env: google.env });
  expect({ ok, done, applied: applied() }).toEqual({ ok: false, done: ["dev failed"], applied: [] });
  expect(log).toContain("dev: the plan is not the approved one, so nothing was applied.\nApproved ");
  expect(log).toContain('  ~ google_apikeys_key.key-web_g2: project: approved "acme-gemini-dev", now "elsewhere"\n');
  expect(log).toContain(
    "To go on: open a pull request that changes config/environments/dev.yaml, a comment is enough. Its plan is of what there is now, and can be approved.\n",
  );
});

test("a deployment that is ended in the middle ends Terraform by itself, stops the row, and says how to go on", async () => {
  const pull = planned();
  const push = forge.merge(pull);
  fs.writeFileSync(path.join(forge.world, "dev.slow"), "");
  const killed = await forge.deploy(push, {
    env: google.env,
    onStep: (script, kill) => {
      if (!script.includes("ci deploy")) return;
      const timer = setInterval(() => {
        if (!applied().length) return;
        clearInterval(timer);
        setTimeout(() => kill("SIGTERM"), 300);
      }, 100);
    },
  });
  expect({ ok: killed.ok, done: killed.done }).toEqual({ ok: false, done: ["dev failed"] });
  fs.rmSync(path.join(forge.world, "dev.slow"));
  // Half is done: the rest was approved as a part, not by itself.
  const again = await forge.deploy(push, { env: google.env });
  expect(again.done).toEqual(["dev failed"]);
  expect(again.log).toContain("  - google_apikeys_key.key-web_g2: create\n");
  expect(again.log).toContain(
    "Nothing came in: some of what was approved is done already, as after a deployment that stopped halfway.\n",
  );
  expect(applied()).toHaveLength(1);
  // As it says: another pull request plans what is left.
  const next = forge.open(2, { "environments/dev.yaml": `${environment("dev")}# once more\n` });
  forge.planned(next, ["dev"]);
  const last = await forge.deploy(forge.merge(next), { env: google.env });
  expect({ ok: last.ok, done: last.done }).toEqual({ ok: true, done: ["dev ok"] });
});

test("Terraform fails: its words, what was not begun, how to go on", async () => {
  const pull = planned();
  fs.writeFileSync(path.join(forge.world, "dev.apply.fault"), `Error 409 for ${KEY}\n`);
  const { done, log } = await forge.deploy(forge.merge(pull), { env: google.env });
  expect(done).toEqual(["dev failed"]);
  expect(log).toContain("dev | Error 409 for ");
  expect(log).not.toContain(KEY);
  expect(log).toContain("dev: terraform apply failed. Its own words are above.\n");
  expect(log).toContain("To go on: see docs/recovery.md");
});

test("a commit without a pull request is not deployed, and one that changes no environment needs none", async () => {
  const before = forge.origin.git("rev-parse", "main");
  forge.origin.write({ "README.md": "Hello" }, ".");
  const docs = forge.origin.commit();
  expect(await forge.deploy({ before, sha: docs })).toMatchObject({ ok: true, done: [] });
  forge.origin.write({ "environments/dev.yaml": `${environment("dev")}# again\n` });
  const sha = forge.origin.commit();
  const { ok, log } = await forge.deploy({ before: docs, sha });
  expect(ok).toBe(false);
  expect(log).toContain(
    `${sha.slice(0, 7)} must come from a pull request that was merged to main, got: a commit without one. Nothing is deployed: what it changes was not approved.`,
  );
});
