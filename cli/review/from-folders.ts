import * as fs from "node:fs";
import * as path from "node:path";
import type { Facts } from "../../inventory/facts";
import { factsFromStack } from "../../inventory/facts-from-stack";
import { jsonFault } from "../../inventory/json-fault";
import type { Side } from "../../review/side";
import { judge } from "../../stacks/judge";
import { describeProblem, problem } from "../../values/problem";
import { UserError } from "../report-error";
import type { Sides } from "./sides";

/** Bytes. A stack of Google's 300 keys has a few megabytes. */
const LARGEST = 200 * 1024 * 1024;

/** Two folders that `cdktf synth` wrote. @throws UserError with everything that is wrong with them. */
export function sidesFromFolders(from: string, to: string, today: string): Sides {
  const problems: string[] = [];
  const [base, head] = [factsIn("--from", from, problems), factsIn("--to", to, problems)];
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  const side = (label: string, facts: readonly Facts[]): Side => {
    const { findings } = judge(facts, undefined, { today });
    return { label, facts, findings, waivers: [], networks: [] };
  };
  return { base: side(from, base), head: side(to, head), options: { source: "directory", today } };
}

function factsIn(option: string, folder: string, problems: string[]): Facts[] {
  const refuse = (got: string) => {
    const fix = "Write it with: cdktf synth --output <folder>";
    problems.push(describeProblem(option, problem("must be a folder that cdktf synth wrote", got, fix)));
    return [];
  };
  const stacks = path.join(folder, "stacks");
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return refuse(`${folder}, which is no folder`);
  if (!fs.statSync(stacks, { throwIfNoEntry: false })?.isDirectory()) return refuse(`${folder}, which has no stacks/`);
  const names = fs.readdirSync(stacks).sort();
  const found = names.filter((name) => fs.existsSync(path.join(stacks, name, "cdk.tf.json")));
  if (found.length === 0) return refuse(`${folder}, which has no stacks/<name>/cdk.tf.json`);
  return found.flatMap((name) => {
    const stack = readStack(path.join(stacks, name, "cdk.tf.json"), problems);
    return stack === undefined ? [] : [factsFromStack(name, stack, { surroundings: {} })];
  });
}

function readStack(file: string, problems: string[]): unknown {
  const refuse = (rule: string, got: string, fix = "Write it anew with: cdktf synth") => {
    problems.push(describeProblem(file, problem(rule, got, fix)));
    return undefined;
  };
  const stat = fs.statSync(file);
  if (!stat.isFile()) return refuse("must be a file", "something else");
  if (stat.size > LARGEST) return refuse("must have at most 200 MB", `${stat.size} bytes`);
  const text = fs.readFileSync(file, "utf8");
  try {
    const stack: unknown = JSON.parse(text);
    if (typeof stack === "object" && stack !== null && !Array.isArray(stack)) return stack;
  } catch {
    const fault = jsonFault(text);
    const place = fault ? ` at line ${fault.line}, column ${fault.column}` : "";
    return refuse("must be the JSON of a stack", `text that is not JSON${place}`);
  }
  return refuse("must be the JSON of a stack", "another value");
}
