import { deepStrictEqual } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { type Command, countResources, type Measurement, measure } from "./measure";

const ROOT = path.join(__dirname, "..");
const OFFLINE = { CI: "1", CHECKPOINT_DISABLE: "1", DISABLE_VERSION_CHECK: "1" };

export interface SynthResult {
  /** What is synthesized, e.g. `sample`. */
  readonly config: string;
  readonly resources: number;
  readonly direct: Measurement;
  readonly cdktf: Measurement;
  readonly stock: Measurement;
}

/** Measures the synthesis of a configuration: this project, the same by the cdktf CLI, and the stock template's style. */
export function benchSynth(name: string, config: string, runs: number, folder: string): SynthResult {
  const outdir = (style: string) => path.join(folder, `${name}-${style}`);
  const environment = (style: string) => ({ GEMKEYS_CONFIG: config, CDKTF_OUTDIR: outdir(style) });
  const direct: Command = {
    args: ["-r", "./register.js", "main.ts"],
    cwd: ROOT,
    env: environment("direct"),
  };
  const cdktf: Command = {
    args: [binOf("cdktf-cli", "cdktf"), "synth", "--output", outdir("cdktf")],
    cwd: ROOT,
    env: { ...OFFLINE, GEMKEYS_CONFIG: config },
  };
  const stock: Command = {
    args: [binOf("ts-node", "ts-node"), "main.ts"],
    cwd: path.join(__dirname, "stock"),
    env: environment("stock"),
  };
  const [ofDirect, ofCdktf, ofStock] = measure([direct, cdktf, stock], runs, folder);
  const counts = countResources(outdir("direct"));
  deepStrictEqual(countResources(outdir("cdktf")), counts, "cdktf synth makes other resources");
  deepStrictEqual(countResources(outdir("stock")), counts, "the stock style makes other resources");
  const resources = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { config: name, resources, direct: ofDirect!, cdktf: ofCdktf!, stock: ofStock! };
}

function binOf(packageName: string, command: string): string {
  const manifest = require.resolve(`${packageName}/package.json`);
  const { bin } = JSON.parse(fs.readFileSync(manifest, "utf8")) as { bin: Record<string, string> };
  return path.join(path.dirname(manifest), bin[command]!);
}
