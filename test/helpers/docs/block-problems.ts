import * as fs from "node:fs";
import * as path from "node:path";
import { parseAllDocuments } from "yaml";
import { configBlockProblems, configFileOf } from "./config-block";
import type { Block } from "./page";
import { runInProcess } from "./run-in-process";
import { shellCommands } from "./shell-commands";
import { typeProblems } from "./type-problems";

const ROOT = path.join(__dirname, "../../..");

/** What may be run: nothing of it asks a network or changes anything. */
const HARMLESS = ["check", "explain", "inventory", "validate"];

/**
 * What is wrong with a block. Each is run or checked here, or a mark before it says why not: `<!-- not run: why -->`,
 * `<!-- tested by: test/… -->`, `<!-- example: name of a file in test/fixtures/examples -->`. `<!-- ends with: 1 -->` is
 * for commands that end with another code than 0.
 *
 * @param emulator the address of a local cloud, for blocks that call one at `localhost:PORT`.
 */
export async function blockProblems(block: Block, emulator: string): Promise<string[]> {
  const { language, text, mark } = block;
  if (mark?.name === "tested by") return fs.existsSync(path.join(ROOT, mark.text)) ? [] : [`there is no ${mark.text}`];
  if (mark?.name === "example") {
    return fs.existsSync(path.join(ROOT, "test/fixtures/examples", `${mark.text}.ts`))
      ? []
      : ["there is no such example"];
  }
  const notRun = mark?.name === "not run";
  if (language === "yaml") return yamlProblems(text, notRun);
  if (language === "json") return jsonProblems(text);
  if (notRun) return [];
  if (language === "ts") return typeProblems(path.join(ROOT, path.dirname(block.place)), text);
  if (language === "console" || language === "sh") return commandProblems(block, emulator);
  return ["is neither checked nor marked"];
}

function yamlProblems(text: string, notRun: boolean): string[] {
  const syntax = parseAllDocuments(text).flatMap(({ errors }) => errors.map(({ message }) => message));
  if (syntax.length > 0 || notRun) return syntax;
  const file = configFileOf(text);
  return file === undefined ? ["is no configuration, and not marked"] : configBlockProblems(file, text);
}

function jsonProblems(text: string): string[] {
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}

async function commandProblems({ text, mark }: Block, emulator: string): Promise<string[]> {
  const problems: string[] = [];
  const expected = mark?.name === "ends with" ? Number(mark.text) : 0;
  for (const words of shellCommands(text)) {
    const command = words.join(" ");
    if (words[0] === "npx" && words[1] === "gemkeys" && HARMLESS.includes(words[2]!)) {
      const { code, stderr } = await runInProcess(words.slice(2));
      if (code !== expected) problems.push(`${command} ended with ${code}: ${stderr}`);
    } else if (words[0] === "curl") {
      const status = await call(words.slice(1), emulator);
      if (status !== 200) problems.push(`${command} was answered with ${status}`);
    } else {
      problems.push(`${command} is neither run nor marked`);
    }
  }
  return problems;
}

/** Does what curl would, as far as the pages use it. */
async function call(args: readonly string[], emulator: string): Promise<number> {
  const after = (option: string) => (args.includes(option) ? args[args.indexOf(option) + 1] : undefined);
  const body = after("-d");
  const url = args.find((word) => word.startsWith("localhost:PORT"))!;
  const { status } = await fetch(url.replace("localhost:PORT", emulator), {
    method: after("-X") ?? (body === undefined ? "GET" : "POST"),
    ...(body === undefined ? {} : { body }),
  });
  return status;
}
