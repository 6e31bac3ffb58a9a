import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

export interface Command {
  /** Arguments of Node. */
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface Measurement {
  /** The median of the runs. */
  readonly seconds: number;
  /** Processor time of all processes and their threads: the same on a busy machine, where `seconds` is not. */
  readonly cpuSeconds: number;
  /** Peak resident memory of the largest process, in millions of bytes: the median of the runs. */
  readonly megabytes: number;
}

/** Runs each command in a process of its own, `runs` times, in turn: a slow minute of the machine concerns all. */
export function measure(commands: readonly Command[], runs: number, folder: string): Measurement[] {
  const samples = commands.map(() => [] as Measurement[]);
  for (let run = 0; run < runs; run++) {
    commands.forEach((command, index) => {
      samples[index]!.push(runOnce(command, path.join(folder, "use")));
    });
  }
  return samples.map((all) => ({
    seconds: median(all.map(({ seconds }) => seconds)),
    cpuSeconds: median(all.map(({ cpuSeconds }) => cpuSeconds)),
    megabytes: median(all.map(({ megabytes }) => megabytes)),
  }));
}

/** How much more processor time one command takes than another: the median of pairs that ran one after the other. */
export function ratio(command: Command, other: Command, pairs: number, folder: string): number {
  const ratios = Array.from({ length: pairs }, () => {
    const [first, second] = measure([command, other], 1, folder);
    return first!.cpuSeconds / second!.cpuSeconds;
  });
  return median(ratios);
}

function runOnce({ args, cwd, env }: Command, use: string): Measurement {
  fs.writeFileSync(use, "");
  const preload = JSON.stringify(path.join(__dirname, "report-use.js"));
  const start = performance.now();
  const result = spawnSync(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env, NODE_OPTIONS: `--require ${preload}`, GEMKEYS_BENCH_USE: use },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - start) / 1000;
  if (result.status !== 0) throw new Error(`node ${args.join(" ")}\n${result.stdout}${result.stderr}`);
  const processes = fs
    .readFileSync(use, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number) as [kilobytes: number, microseconds: number]);
  return {
    seconds,
    cpuSeconds: processes.reduce((sum, [, microseconds]) => sum + microseconds, 0) / 1e6,
    megabytes: (Math.max(...processes.map(([kilobytes]) => kilobytes)) * 1024) / 1e6,
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** How many resources of each type the stacks of an output folder hold. */
export function countResources(outdir: string): Record<string, number> {
  const counts: Record<string, number> = {};
  const stacks = path.join(outdir, "stacks");
  for (const name of fs.readdirSync(stacks)) {
    const { resource } = JSON.parse(fs.readFileSync(path.join(stacks, name, "cdk.tf.json"), "utf8")) as {
      resource: Record<string, object>;
    };
    for (const [type, entries] of Object.entries(resource)) {
      counts[type] = (counts[type] ?? 0) + Object.keys(entries).length;
    }
  }
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));
}
