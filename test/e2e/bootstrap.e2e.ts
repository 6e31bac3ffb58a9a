import * as fs from "node:fs";
import { becomes, type TokenClaims } from "../helpers/ci-tokens";
import { found, type Run, Workbench } from "./workbench";

const terraform = found("6.50.0");
const ADMIN = "acme-gemini-admin";
const BUCKET = "acme-gemini-state";
const STATE_FILE = "terraform.bootstrap.tfstate";
const LOCAL = { GEMKEYS_BOOTSTRAP_STATE: "local" };
const KEY = `kms/v1/projects/${ADMIN}/locations/asia-northeast1/keyRings/gemkeys/cryptoKeys/state`;

if ("reason" in terraform) {
  test.skip(`bootstrap was not run: ${terraform.reason}`, () => {});
} else {
  describe("bootstrap, where there is neither an admin project nor a state bucket", () => {
    let bench: Workbench;
    beforeAll(async () => {
      bench = await Workbench.open(terraform, { adminProject: undefined, stateBucket: undefined });
      bench.edit("organization.yaml", "bootstrap: {", "bootstrap: { protected: false,");
    });
    afterAll(() => bench?.close());

    async function deploy(stack: string, run: Run = {}): Promise<void> {
      expectCode(await bench.deploy(stack, run), 0);
    }

    async function expectCleanPlan(stack: string, args: readonly string[] = []): Promise<void> {
      expectCode(await bench.plan(stack, args), 0);
    }

    function expectCode({ code, output }: { code: number; output: string }, expected: number): void {
      expect({ code, output: code === expected ? "" : output }).toEqual({ code: expected, output: "" });
    }

    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    async function cloud(method: string, path: string): Promise<{ status: number; body: any }> {
      const answer = await fetch(`${bench.cloud.url}/${path}`, { method });
      const text = await answer.text();
      return { status: answer.status, body: text && JSON.parse(text) };
    }

    async function objects(query = ""): Promise<{ name: string; generation: string }[]> {
      return (await cloud("GET", `storage/storage/v1/b/${BUCKET}/o${query}`)).body.items ?? [];
    }

    test("the first deployment keeps its state in a file, and a second plan is clean", async () => {
      await deploy("bootstrap", { env: LOCAL });
      expect(fs.existsSync(bench.file(STATE_FILE))).toBe(true);
      await expectCleanPlan("bootstrap");
    });

    test("the state moves into the bucket it made, encrypted with its key, and the file can go", async () => {
      await deploy("bootstrap", { args: ["--migrate-state"] });
      fs.rmSync(bench.file(STATE_FILE));
      fs.rmSync(bench.file(`${STATE_FILE}.backup`), { force: true });
      expect((await objects()).map(({ name }) => name)).toEqual(["gemkeys/bootstrap/default.tfstate"]);
      await expectCleanPlan("bootstrap");
      const { body } = await cloud("GET", `storage/storage/v1/b/${BUCKET}`);
      expect(body.encryption.defaultKmsKeyName).toBe(KEY.replace("kms/v1/", ""));
      expect(body.logging).toEqual({ logBucket: `${BUCKET}-logs`, logObjectPrefix: BUCKET });
    });

    test("a change is deployed with the state in the bucket", async () => {
      bench.edit("organization.yaml", "encryptState: {}", "encryptState: { rotateEvery: 30d }, keepStateVersions: 30d");
      await deploy("bootstrap");
      await expectCleanPlan("bootstrap");
      expect((await cloud("GET", KEY)).body.rotationPeriod).toBe("2592000s");
    });

    test("an environment that was never deployed cannot be planned by who may only read: init writes its state", async () => {
      expectCode(await bench.run("dev", ["init"]), 0);
      expect((await objects()).map(({ name }) => name)).toContain("gemkeys/dev/default.tfstate");
    });

    test("an environment is deployed on what it made, and planned without writing anything, while it is locked", async () => {
      await deploy("dev");
      const upload = `upload/storage/v1/b/${BUCKET}/o?uploadType=media&name=gemkeys/dev/default.tflock`;
      expect((await cloud("POST", upload)).status).toBe(200);
      const before = await objects("?versions=true");
      expectCode(await bench.run("dev", ["init"]), 0);
      await expectCleanPlan("dev", ["-lock=false"]);
      expect((await bench.plan("dev", ["-lock-timeout=1s"])).code).toBe(1);
      expect(await objects("?versions=true")).toEqual(before);
      await cloud("DELETE", `storage/storage/v1/b/${BUCKET}/o/${encodeURIComponent("gemkeys/dev/default.tflock")}`);
    });

    test("a pull request plans and does not deploy, a push to the protected branch deploys and does not plan", async () => {
      const iss = "https://token.actions.githubusercontent.com";
      const run = { iss, sub: "repo:acme/gemini-keys", repository: "acme/gemini-keys" };
      const pullRequest = { ...run, event_name: "pull_request" };
      const push = { ref: "refs/heads/main", ref_protected: "true", environment: "production" };
      expect(await identitiesOf(pullRequest)).toEqual(["planner"]);
      expect(await identitiesOf({ ...run, ...push, event_name: "push" })).toEqual(["deployer"]);
      expect(await identitiesOf({ ...run, ...push, event_name: "pull_request_target" })).toEqual([]);
    });

    async function identitiesOf(claims: TokenClaims): Promise<string[]> {
      const number = bench.cloud.store.project(ADMIN)!.projectNumber;
      const got = [];
      for (const identity of ["planner", "deployer"]) {
        const email = `gemkeys-${identity}@${ADMIN}.iam.gserviceaccount.com`;
        const pool = `projects/${number}/locations/global/workloadIdentityPools/gemkeys-${identity}`;
        if ((await becomes(bench.cloud.url, email, `${pool}/providers/github`, claims)) === 200) got.push(identity);
      }
      return got;
    }

    test("it is removed by way of a local state, once the bucket is empty", async () => {
      expectCode(await bench.destroy("dev"), 0);
      await deploy("bootstrap", { env: LOCAL, args: ["--migrate-state"] });
      expect((await bench.destroy("bootstrap", { env: LOCAL })).code).not.toBe(0);
      expect(bench.cloud.store.project(ADMIN)?.lifecycleState).toBe("ACTIVE");
      for (const { name, generation } of await objects("?versions=true")) {
        const object = `${BUCKET}/o/${encodeURIComponent(name)}?generation=${generation}`;
        expect((await cloud("DELETE", `storage/storage/v1/b/${object}`)).status).toBe(204);
      }
      expectCode(await bench.destroy("bootstrap", { env: LOCAL }), 0);
      expect(bench.cloud.store.project(ADMIN)?.lifecycleState).toBe("DELETE_REQUESTED");
    });

    test("nothing was asked that the local cloud does not know", () => {
      expect(bench.cloud.unknownRoutes).toEqual([]);
    });
  });
}
