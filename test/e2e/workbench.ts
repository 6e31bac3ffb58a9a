import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { cdktfEnvironment, runCdktf } from "../../cli/cdktf";
import { type ChildResult, runChild } from "../../cli/child";
import { foundationOf } from "../../cli/foundation";
import { callGemini } from "../../cli/gemini-calls";
import { inventoryOf } from "../../cli/inventory-of";
import type { Terraform } from "../../cli/terraform";
import { loadConfig } from "../../declaration/load";
import { CALLER_IP_HEADER, type Emulator, startEmulator } from "../../emulator/emulator";
import { type Foundation, seedEnvironment, seedFoundation } from "../../emulator/seed";
import { snapshotEnvironment } from "../../emulator/snapshot";
import type { EnvironmentInventory } from "../../inventory/model";
import type { FoundProviders } from "./find-providers";

const ROOT = path.join(__dirname, "..", "..");
const SAMPLE = path.join(ROOT, "config");
const PROGRAM = path.join(ROOT, "cli", "gemkeys.js");

/** What `find-providers` found for a provider line. */
export function found(line: string): Terraform | { readonly reason: string } {
  return (
    (JSON.parse(process.env["GEMKEYS_E2E_PROVIDERS"] ?? "{}") as FoundProviders)[line] ?? { reason: "not looked for" }
  );
}

/** What a run of cdktf has besides. */
export interface Run {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the number of the process group. */
  readonly onStart?: (group: number) => void;
  readonly onLine?: (line: string) => void;
}

/** The sample organization on a local cloud of its own, with the real Terraform and the real provider. */
export class Workbench {
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-e2e-run-"));
  private readonly outputs: string[] = [];

  /** Who runs Terraform: an e-mail address, which audit entries name. */
  caller = "local-user@example.com";

  /** The key strings that tests read: a test looks for them where they must not be. */
  readonly seenKeyStrings = new Set<string>();

  private constructor(
    private readonly terraform: Terraform,
    readonly cloud: Emulator,
    foundation: Partial<Foundation>,
  ) {
    fs.cpSync(SAMPLE, this.config, { recursive: true });
    this.edit("organization.yaml", /googleProvider: \S+/, `googleProvider: ${terraform.providerVersion}`);
    seedFoundation(cloud.store, { ...foundationOf(loadConfig(this.config).declaration), ...foundation });
  }

  /** @param foundation what is there before, other than in a configuration of this kind. */
  static async open(terraform: Terraform, foundation: Partial<Foundation> = {}): Promise<Workbench> {
    return new Workbench(terraform, await startEmulator(), foundation);
  }

  async close(): Promise<void> {
    await this.cloud.close();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** Changes the configuration, as a person would. */
  edit(file: string, from: RegExp | string, to: string): void {
    const target = path.join(this.config, file);
    const before = fs.readFileSync(target, "utf8");
    const found = typeof from === "string" ? before.includes(from) : from.test(before);
    if (!found) throw new Error(`${file} has no ${from}`);
    fs.writeFileSync(target, before.replace(from, to));
  }

  deploy(stack: string, run: Run = {}): Promise<ChildResult> {
    return this.cdktf("deploy", stack, run);
  }

  destroy(stack: string, run: Run = {}): Promise<ChildResult> {
    return this.cdktf("destroy", stack, run);
  }

  /** A file beside `cdktf.out`. */
  file(name: string): string {
    return path.join(this.folder, name);
  }

  /** `terraform plan -detailed-exitcode` of what was last synthesized: 0 is no change, 2 is changes. */
  plan(stack: string, args: readonly string[] = []): Promise<ChildResult> {
    return this.run(stack, ["plan", "-detailed-exitcode", "-lock-timeout=10s", ...args]);
  }

  /** `cdktf synth` of what is declared now. */
  async synth(): Promise<void> {
    const args = ["-r", "./register.js", "main.ts"];
    const env = { ...cdktfEnvironment(this.cdktfOptions()), CDKTF_OUTDIR: this.output };
    const { code, output } = await runChild(process.execPath, args, { cwd: ROOT, env });
    if (code !== 0) throw new Error(output);
  }

  /**
   * Runs gemkeys with the configuration and the stacks of this workbench, where the command has options for them.
   *
   * @param terraform another one than that of the workbench.
   */
  async gemkeys(args: readonly string[], run: Run = {}, terraform = this.terraform): Promise<ChildResult> {
    fs.mkdirSync(this.file("tmp"), { recursive: true });
    const env = { ...cdktfEnvironment({ ...this.cdktfOptions(), terraform }), TMPDIR: this.file("tmp"), NO_COLOR: "1" };
    const result = await runChild(process.execPath, [PROGRAM, ...args], {
      ...run,
      cwd: this.folder,
      env: { ...env, ...run.env },
    });
    this.outputs.push(result.output);
    return result;
  }

  /** A plan as JSON. Key strings are in it: it is not kept with what was printed. */
  async show(stack: string, plan: string): Promise<string> {
    const env = cdktfEnvironment(this.cdktfOptions());
    const cwd = path.join(this.stacks, stack);
    const { code, stdout } = await runChild(this.terraform.binary, ["show", "-json", plan], { cwd, env });
    if (code !== 0) throw new Error(`terraform show ended with ${code}`);
    return stdout;
  }

  /** Takes into the state what exists already. */
  import(stack: string, address: string, id: string): Promise<ChildResult> {
    return this.run(stack, ["import", address, id]);
  }

  /** Takes away the lock that a run left behind. */
  forceUnlock(stack: string, lock: string): Promise<ChildResult> {
    return this.run(stack, ["force-unlock", "-force", lock], []);
  }

  /** Writes a state that a run could not write, from a file in the stack's folder. */
  pushState(stack: string, file: string): Promise<ChildResult> {
    return this.run(stack, ["state", "push", file], []);
  }

  /** What was last synthesized: the attributes of every resource, by its address. */
  resources(stack: string): Record<string, Readonly<Record<string, unknown>>> {
    const file = path.join(this.output, "stacks", stack, "cdk.tf.json");
    const { resource } = JSON.parse(fs.readFileSync(file, "utf8"));
    return Object.fromEntries(
      Object.entries<Record<string, object>>(resource).flatMap(([type, entries]) =>
        Object.entries(entries).map(([name, attributes]) => [`${type}.${name}`, attributes]),
      ),
    ) as Record<string, Readonly<Record<string, unknown>>>;
  }

  inventory(stack: string): EnvironmentInventory {
    const { environments } = inventoryOf(loadConfig(this.config).declaration);
    return environments.find(({ name }) => name === stack)!;
  }

  /** Calls Gemini as `gemkeys local` does, and tells the answers that differ from what is declared. */
  async wrongAnswers(stack: string): Promise<unknown[]> {
    const calls = await callGemini({ url: this.cloud.url, callerIpHeader: CALLER_IP_HEADER }, this.inventory(stack));
    return calls.filter(({ holds }) => !holds);
  }

  snapshot(stack: string): unknown {
    return snapshotEnvironment(this.cloud.store, stack, this.inventory(stack).project.id);
  }

  /** The snapshot of another local cloud, filled from the inventory without Terraform. */
  async seededSnapshot(stack: string): Promise<unknown> {
    const seeded = await startEmulator();
    try {
      const { declaration } = loadConfig(this.config);
      seedFoundation(seeded.store, foundationOf(declaration));
      seedEnvironment(seeded.store, this.inventory(stack));
      return snapshotEnvironment(seeded.store, stack, this.inventory(stack).project.id);
    } finally {
      await seeded.close();
    }
  }

  /** A key string by way of the API Keys API. For comparison only: a test must not print it. */
  async keyString(project: string, keyId: string): Promise<string> {
    const answer = await fetch(
      `${this.cloud.url}/apikeys/v2/projects/${project}/locations/global/keys/${keyId}/keyString`,
    );
    const { keyString } = (await answer.json()) as { keyString: string };
    this.seenKeyStrings.add(keyString);
    return keyString;
  }

  /** The newest version of a secret: an HTTP status, and the value if there is one. */
  async latest(project: string, secret: string): Promise<{ readonly status: number; readonly value?: string }> {
    const url = `${this.cloud.url}/sm/v1/projects/${project}/secrets/${secret}/versions/latest:access`;
    const answer = await fetch(url);
    const { payload } = (await answer.json()) as { payload?: { data: string } };
    return { status: answer.status, value: payload && Buffer.from(payload.data, "base64").toString() };
  }

  /** The status of a Gemini call with a key from an address. */
  async call(keyString: string, caller: string): Promise<number> {
    const answer = await fetch(`${this.cloud.url}/v1beta/models?pageSize=1`, {
      headers: { "x-goog-api-key": keyString, [CALLER_IP_HEADER]: caller },
    });
    await answer.arrayBuffer();
    return answer.status;
  }

  /** Everything that a run printed or wrote outside the state: no key string may be in it. */
  written(): string {
    const files = fs
      .readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes(`${path.sep}.terraform${path.sep}providers`))
      .map((entry) => path.join(entry.parentPath, entry.name));
    return [...this.outputs, ...files.map((file) => fs.readFileSync(file, "utf8"))].join("\n");
  }

  private async cdktf(command: "deploy" | "destroy", stack: string, run: Run): Promise<ChildResult> {
    const options = this.cdktfOptions();
    const environment = { ...options.environment, ...run.env };
    const result = await runCdktf(command, stack, { ...options, ...run, environment });
    this.outputs.push(result.output);
    return result;
  }

  /** Terraform itself, in the folder of a stack that was synthesized before. */
  async run(
    stack: string,
    [command, ...args]: readonly string[],
    common: readonly string[] = ["-input=false", "-no-color"],
  ): Promise<ChildResult> {
    const result = await runChild(this.terraform.binary, [command!, ...common, ...args], {
      cwd: path.join(this.output, "stacks", stack),
      env: cdktfEnvironment(this.cdktfOptions()),
    });
    this.outputs.push(result.output);
    return result;
  }

  private cdktfOptions() {
    const { terraform, config, output } = this;
    const environment = { ...this.cloud.environment(), GOOGLE_OAUTH_ACCESS_TOKEN: `local-cloud/${this.caller}` };
    return { terraform, config, output, environment };
  }

  get config(): string {
    return path.join(this.folder, "config");
  }

  /** What was last synthesized, a folder each. */
  get stacks(): string {
    return path.join(this.output, "stacks");
  }

  private get output(): string {
    return path.join(this.folder, "cdktf.out");
  }
}
