import * as fs from "node:fs";
import { loadConfig } from "../../declaration/load";
import { ExitCode } from "../exit-code";
import { snapshotOf } from "../review/snapshot";

export interface SnapshotOptions {
  readonly config: string;
  readonly output: string;
}

/** What `gemkeys review` asks of another commit's code: its stacks and waivers, as JSON in a file. */
export function snapshot(options: SnapshotOptions): ExitCode {
  fs.writeFileSync(options.output, JSON.stringify(snapshotOf(loadConfig(options.config))));
  return ExitCode.Fine;
}
