import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parseArgs } from "node:util";
import { benchDeploy, type DeployResult } from "./deploy";
import { benchEmulator, type EmulatorResult } from "./emulator";
import { benchHtml } from "./html";
import { benchLarge, type LargeResult } from "./large";
import type { Measurement } from "./measure";
import { benchPolicies, type PoliciesResult } from "./policies";
import { benchReview, type ReviewResult } from "./review";
import { benchSynth, type SynthResult } from "./synth";
import { writeConfig } from "./write-config";

// `npm run bench`: how long a synthesis takes, beside the stock template's style, what the local cloud bears, and what a
// deployment by the real provider costs. `-- --quick` runs everything once, and fewer keys; `-- --large` only what is asked of 1,000 environments, once;
// `-- --json` prints JSON.

/** Terraform's own parallelism, and one for comparison. */
const PARALLELISMS = [10, 50];

const { values: options } = parseArgs({
  options: { quick: { type: "boolean" }, large: { type: "boolean" }, json: { type: "boolean" } },
});

async function main(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-bench-"));
  try {
    if (options.large) {
      const large = benchLarge(folder, progress);
      const report = options.json ? JSON.stringify({ node: process.version, ...large }, null, 2) : largeTable(large);
      process.stdout.write(`${report}\n`);
      return;
    }
    // Not the sample: the stock style has no audit, monitoring and roles to compare with.
    const few = path.join(folder, "config-3x2");
    writeConfig(few, 3, 2);
    const many = path.join(folder, "config-50x20");
    writeConfig(many, 50, 20);
    const runs = options.quick ? 1 : 3;
    const configs = { "3 x 2 keys": few, "50 x 20 keys": many };
    const synth = Object.entries(configs).map(([name, config]) => {
      progress(`Synthesizing: ${name}, ${runs === 1 ? "once" : `${runs} times`} in each of 3 ways`);
      return benchSynth(name, config, runs, folder);
    });
    progress("Judging by the policies");
    const policies = benchPolicies(many, options.quick ? 1_000 : 10_000, runs, folder);
    progress("Reading a page of 1,000 keys in Chromium");
    const html = await benchHtml(1_000, runs, folder);
    progress("Reviewing changes");
    const review = benchReview(options.quick ? 100 : 1_000, options.quick ? 1_000 : 10_000, runs, folder);
    progress("Calling the local cloud");
    const emulator = await benchEmulator(options.quick ? 1 : 3);
    const keys = options.quick ? 10 : 100;
    progress(`Deploying ${keys} keys onto the local cloud, ${PARALLELISMS.length} times`);
    const deploy = await benchDeploy(keys, options.quick ? PARALLELISMS.slice(0, 1) : PARALLELISMS, folder);
    const report = options.json
      ? JSON.stringify({ node: process.version, runs, synth, policies, review, html, emulator, deploy }, null, 2)
      : [table(synth, policies, review, emulator), "", htmlLine(html), "", ...deployTable(deploy)].join("\n");
    process.stdout.write(`${report}\n`);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${text} …\n`);
}

function largeTable({ environments, keys, resources, steps }: LargeResult): string {
  return [
    ...columns([
      [`${environments} environments of ${keys} keys, ${resources} resources`, "aim", "seconds", "of processor", "MB"],
      ...steps.map(({ name, aim, use }) => [
        name,
        aim ?? "",
        use.seconds.toFixed(1),
        use.cpuSeconds.toFixed(1),
        use.megabytes.toFixed(0),
      ]),
    ]),
    "",
    "Once each. On a busy machine the seconds of processor tell more: of all threads, two of which may run at a time.",
  ].join("\n");
}

function table(
  synth: readonly SynthResult[],
  policies: PoliciesResult,
  review: ReviewResult,
  emulator: EmulatorResult,
): string {
  const rows = synth.flatMap(({ config, resources, direct, cdktf, stock }) => [
    row(`${config}, ${resources} resources`, "direct", direct, stock),
    row("", "cdktf synth", cdktf, stock),
    row("", "stock style", stock, stock),
  ]);
  const perSecond = (value: number) => `${Math.round(value)} requests/s`;
  return [
    ...columns([["synthesis", "way", "seconds", "MB", "time of stock", "memory of stock"], ...rows]),
    "",
    "direct: node -r ./register.js main.ts. stock style: the same resources with the provider's root",
    "import and type-checked ts-node. MB: the largest process.",
    "",
    ...policyLines(policies),
    "",
    ...reviewLines(review),
    "",
    `local cloud: GET of a key ${perSecond(emulator.getKeyPerSecond)}, generateContent ${perSecond(emulator.generatePerSecond)}`,
  ].join("\n");
}

function htmlLine(result: Awaited<ReturnType<typeof benchHtml>>): string {
  if ("reason" in result) return `page in Chromium: skipped, ${result.reason}`;
  const seconds = (value: number) => `${value.toFixed(2)} s`;
  return [
    `page of ${result.keys} keys, ${result.megabytes.toFixed(1)} MB: written in ${seconds(result.renderSeconds)}`,
    `interactive in Chromium in ${seconds(result.interactiveSeconds)} (${seconds(result.cpuSeconds)} of its own work)`,
    `search ${seconds(result.searchSeconds)}`,
    `a key drawn in ${seconds(result.openSeconds)}`,
  ].join(", ");
}

function deployTable(results: Awaited<ReturnType<typeof benchDeploy>>): string[] {
  if ("reason" in results) return [`deployment by the real provider: skipped, ${results.reason}`];
  const rows = results.flatMap((result) => (["deploy", "plan"] as const).map((way) => costRow(result, way)));
  const services = Object.entries(results[0]!.deploy.byService).map(([api, count]) => `${api} ${count}`);
  return [
    ...columns([["deployment", "way", "parallelism", "seconds", "requests"], ...rows]),
    "",
    `requests of the first deploy: ${services.join(", ")}`,
  ];
}

function costRow(result: DeployResult, way: "deploy" | "plan"): string[] {
  const { seconds, requests } = result[way];
  const title = way === "deploy" ? `${result.keys} keys, ${result.resources} resources` : "";
  return [title, way, String(result.parallelism), seconds.toFixed(1), String(requests)];
}

function reviewLines({ otherCode, sameCode, oneOfMany, environments, plan, planMegabytes }: ReviewResult): string[] {
  return [
    `review: the sample, two synthesized by their own code ${taken(otherCode)}`,
    `        the sample, the code is the same ${taken(sameCode)}`,
    `        one of ${environments} environments of 10 keys ${taken(oneOfMany)}`,
    `        a plan of ${planMegabytes.toFixed(0)} MB ${taken(plan)}`,
  ];
}

function taken({ seconds, megabytes }: Measurement): string {
  return `${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`;
}

function policyLines({
  sample,
  judged,
  unjudged,
  judgedToUnjudged,
  pairs,
  plan,
  planMegabytes,
}: PoliciesResult): string[] {
  return [
    `policies: gemkeys check on the sample ${taken(sample)}`,
    `          on a plan of ${planMegabytes.toFixed(0)} MB ${taken(plan)}`,
    `          in the synthesis of 50 x 20 keys: ratio of processor time ${judgedToUnjudged.toFixed(2)}, the median of ${pairs} pairs (${taken(judged)}, without ${taken(unjudged)})`,
  ];
}

function row(config: string, way: string, { seconds, megabytes }: Measurement, stock: Measurement): string[] {
  return [
    config,
    way,
    seconds.toFixed(2),
    megabytes.toFixed(0),
    (seconds / stock.seconds).toFixed(2),
    (megabytes / stock.megabytes).toFixed(2),
  ];
}

function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, index) => Math.max(...rows.map((cells) => cells[index]!.length)));
  const pad = (cell: string, index: number) =>
    index < 2 ? cell.padEnd(widths[index]!) : cell.padStart(widths[index]!);
  return rows.map((cells) => cells.map(pad).join("  ").trimEnd());
}

void main();
