import * as fs from "node:fs";
import * as path from "node:path";
import { parseArtifact } from "../../ci/artifact";
import { effectHash } from "../../ci/effects";
import type { ChildResult } from "../../cli/child";
import type { Terraform } from "../../cli/terraform";
import { OPENTOFU } from "./find-providers";
import { found, Workbench } from "./workbench";

const PROJECT = "acme-gemini-dev";
const DEV = "environments/dev.yaml";
const STATE = ["acme-gemini-state", "gemkeys/dev/default.tfstate"] as const;

const terraform = found("6.50.0");
const opentofu = found(OPENTOFU);

if ("reason" in terraform) {
  test.skip(`plans and deployments of CI were not run: ${terraform.reason}`, () => {});
} else {
  let bench: Workbench;
  /** The pull request that was merged last. */
  let pull = 0;
  beforeAll(async () => {
    bench = await Workbench.open(terraform);
  });
  afterAll(() => bench?.close());

  const head = () => String(pull).padStart(40, "0");
  const artifacts = () => bench.file(`plans-${pull}`);

  /** What the job of a pull request does. @returns the effect hash. */
  async function plan(tool?: Terraform): Promise<string> {
    pull++;
    await bench.synth();
    const event = bench.file("event.json");
    const repo = { full_name: "acme/gemini-keys" };
    fs.writeFileSync(event, JSON.stringify({ number: pull, pull_request: { head: { sha: head(), repo } } }));
    const args = ["ci", "plan", "dev", "--output", artifacts(), "--event", event, "--stacks", bench.stacks];
    const { code, output, stdout } = await bench.gemkeys([...args, "--config", bench.config], {}, tool);
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    expect(fs.readdirSync(artifacts())).toEqual(["dev.json"]);
    return /^dev: ([0-9a-f]{64})\n$/.exec(stdout)![1]!;
  }

  const artifact = () => parseArtifact("dev.json", fs.readFileSync(path.join(artifacts(), "dev.json"), "utf8"));

  /** What the job of the push does. */
  function deploy(onLine?: (line: string, pid: number) => void): Promise<ChildResult> {
    let pid = 0;
    const args = ["ci", "deploy", "dev", "--approved", artifacts(), "--pull-request", String(pull), "--head", head()];
    return bench.gemkeys([...args, "--stacks", bench.stacks, "--config", bench.config], {
      onStart: (group) => {
        pid = group;
      },
      onLine: (line) => onLine?.(line, pid),
    });
  }

  /** What gemkeys itself says. */
  const told = ({ output }: ChildResult) => output.split("\n").filter((line) => !line.startsWith("dev | "));

  /** Everything that a deployment may change. */
  const cloud = () => ({ dev: bench.snapshot("dev"), state: bench.cloud.store.objects.get(...STATE)?.data });

  /** Changes the addresses of a key by hand. */
  async function restrict(key: string, addresses: readonly string[]): Promise<void> {
    const url = `${bench.cloud.url}/apikeys/v2/projects/${PROJECT}/locations/global/keys/${key}`;
    const restrictions = {
      apiTargets: [{ service: "generativelanguage.googleapis.com" }],
      serverKeyRestrictions: { allowedIps: addresses },
    };
    const body = JSON.stringify({ restrictions });
    const { status } = await fetch(`${url}?updateMask=restrictions`, { method: "PATCH", body });
    expect(status).toBe(200);
  }

  const sentences = (changes: readonly { readonly sentence: string }[]) => changes.map(({ sentence }) => sentence);

  test("a first deployment that is ended in the middle is completed as its last words say", async () => {
    const hash = await plan();
    expect(effectHash(artifact().effects!)).toBe(hash);
    expect(artifact().effects!.resources).toHaveLength(45);
    expect(artifact().review.environments).toMatchObject([{ name: "dev", status: "created", notInCode: [] }]);

    let created = 0;
    const killed = await deploy((line, pid) => {
      if (line.includes("Creation complete") && ++created === 20) process.kill(pid, "SIGTERM");
    });
    expect({ code: killed.code, told: told(killed) }).toEqual({
      code: 3,
      told: [
        "dev: terraform apply failed. Its own words are above.",
        "To go on: see docs/recovery.md for what Terraform said, then run this job again. If something was done already, that ends with a difference, and says what to do.",
      ],
    });

    const before = cloud();
    const again = await deploy();
    expect(again.code).toBe(1);
    expect(told(again)[0]).toBe("dev: the plan is not the approved one, so nothing was applied.");
    expect(told(again).slice(-2)).toEqual([
      "Nothing came in: some of what was approved is done already, as after a deployment that stopped halfway.",
      "To go on: open a pull request that changes config/environments/dev.yaml, a comment is enough. Its plan is of what there is now, and can be approved.",
    ]);
    expect(cloud()).toEqual(before);

    await plan();
    const last = await deploy();
    expect({ code: last.code, told: told(last) }).toEqual({
      code: 0,
      told: [
        "dev: applied what was approved.",
        "dev/chat-backend: works (403 API_KEY_IP_ADDRESS_BLOCKED)",
        "dev/ci-tests: works (403 API_KEY_IP_ADDRESS_BLOCKED)",
      ],
    });
    expect(bench.snapshot("dev")).toEqual(await bench.seededSnapshot("dev"));
  });

  test("a second run does nothing, and code and plan agree", async () => {
    const before = cloud();
    const { code, output } = await deploy();
    expect({ code, last: output.split("\n").at(-3) }).toEqual({ code: 0, last: "dev: nothing left to do." });
    expect(cloud()).toEqual(before);
    await plan();
    expect(artifact().effects).toMatchObject({ resources: [], outputs: [] });
    expect(artifact().review.environments).toMatchObject([
      { name: "dev", status: "unchanged", drift: [], notInCode: [], others: [] },
    ]);
  });

  test("what a plan does beyond the code is named", async () => {
    const file = path.join(bench.stacks, "dev", "cdk.tf.json");
    const stack = JSON.parse(fs.readFileSync(file, "utf8"));
    stack.resource.google_secret_manager_secret_iam_member.more = {
      project: PROJECT,
      secret_id: "gemini-chat-backend",
      role: "roles/secretmanager.secretAccessor",
      member: "user:somebody@example.com",
    };
    fs.writeFileSync(file, JSON.stringify(stack));
    const made = bench.file("tmp/extra.tfplan");
    expect((await bench.plan("dev", [`-out=${made}`])).code).toBe(2);
    const shown = await bench.show("dev", made);
    const json = bench.file("tmp/extra.json");
    fs.writeFileSync(json, shown);
    try {
      const args = ["review", "--plan", json, "--config", bench.config, "--format", "json"];
      const { code, stdout } = await bench.gemkeys(args);
      expect(code).toBe(0);
      expect(sentences(JSON.parse(stdout).environments[0].notInCode)).toEqual([
        "user:somebody@example.com can now read chat-backend, by roles/secretmanager.secretAccessor on the secret.",
      ]);
    } finally {
      fs.rmSync(made);
      fs.rmSync(json);
    }
  });

  test("a plan that is not the approved one any more is not applied", async () => {
    const first = "- { number: 1, created: 2026-11-01, phase: serving }";
    bench.edit(DEV, "allow: [tokyo-office]", "allow: [203.0.113.1]");
    bench.edit(DEV, first, `${first}\n      - { number: 2, created: 2026-11-20, phase: prepared }`);
    const hash = await plan();

    if ("reason" in opentofu) process.stderr.write(`hashes with OpenTofu were not compared: ${opentofu.reason}\n`);
    else expect(await plan(opentofu)).toBe(hash);

    // Somebody widens a key by hand, which the plan would take back.
    const before = cloud();
    await restrict("ci-tests-g1", ["192.0.2.16/28", "203.0.113.99", "203.0.113.200"]);
    await expectRefused(["  + google_apikeys_key.key-ci-tests_g1: update"]);
    await restrict("ci-tests-g1", ["192.0.2.16/28", "203.0.113.99"]);
    expect(cloud()).toEqual(before);

    // Somebody changes the code.
    bench.edit(DEV, "allow: [203.0.113.1]", "allow: [203.0.113.1, 203.0.113.9]");
    await bench.synth();
    await expectRefused([
      '  ~ google_apikeys_key.key-chat-backend_g1: restrictions[0].server_key_restrictions[0].allowed_ips[1]: approved nothing, now "203.0.113.9"',
      '  ~ google_apikeys_key.key-chat-backend_g2: restrictions[0].server_key_restrictions[0].allowed_ips[1]: approved nothing, now "203.0.113.9"',
    ]);
    bench.edit(DEV, "allow: [203.0.113.1, 203.0.113.9]", "allow: [203.0.113.1]");
    await bench.synth();
    const { code, output } = await deploy();
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    expect(bench.snapshot("dev")).toEqual(await bench.seededSnapshot("dev"));
  });

  test("then nothing is known to be missing", async () => {
    const { code, output } = await bench.gemkeys(["preflight", "dev", "--config", bench.config]);
    expect({ code, last: output.split("\n").at(-1) }).toEqual({
      code: 0,
      last: "Nothing is known to be missing for dev.",
    });
  });

  test("no key string is in what was printed or left, and no plan", () => {
    const keyStrings = [...bench.cloud.store.keys.all()].map(({ keyString }) => keyString);
    expect(keyStrings.length).toBe(3);
    const written = bench.written();
    expect(written).toContain("Creation complete");
    expect(keyStrings.filter((keyString) => written.includes(keyString)).length).toBe(0);
    expect(fs.readdirSync(bench.file("tmp"))).toEqual([]);
  });

  /** A deployment that ends with this difference, and leaves everything as it is. */
  async function expectRefused(difference: readonly string[]): Promise<void> {
    const before = cloud();
    const refused = await deploy();
    expect({ code: refused.code, told: told(refused) }).toEqual({
      code: 1,
      told: [
        "dev: the plan is not the approved one, so nothing was applied.",
        expect.stringMatching(/^Approved [0-9a-f]{64}, now [0-9a-f]{64}:$/),
        ...difference,
        "To go on: open a pull request that changes config/environments/dev.yaml, a comment is enough. Its plan is of what there is now, and can be approved.",
      ],
    });
    expect(cloud()).toEqual(before);
  }
}
