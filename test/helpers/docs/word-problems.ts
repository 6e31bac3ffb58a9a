import * as fs from "node:fs";
import * as path from "node:path";
import type { Command } from "commander";
import { program } from "../../../cli/program";
import { scripts } from "../../../package.json";
import type { Page } from "./page";
import { shellCommands } from "./shell-commands";

const ROOT = path.join(__dirname, "../../..");
const FILE =
  /^(bench|ci|cli|constructs|declaration|docs|emulator|inventory|policies|review|schemas|scripts|stacks|test|values)\/[\w./-]+\.\w+$/;

/** Commands, scripts and files that a page names, in a line or in a block, and that do not exist. */
export function wordProblems({ codes, blocks }: Page): string[] {
  const lines = codes.map(({ place, target }) => ({ place, commands: commandsIn(target), text: target }));
  const shells = blocks
    .filter(({ language }) => language === "console" || language === "sh")
    .map(({ place, text }) => ({ place, commands: commandsIn(text), text: "" }));
  return [...lines, ...shells].flatMap(({ place, commands, text }) => {
    const problems = commands.flatMap(commandProblems);
    if (FILE.test(text) && !fs.existsSync(path.join(ROOT, text))) problems.push(`there is no file ${text}`);
    return problems.map((problem) => `${place} ${problem}`);
  });
}

function commandsIn(text: string): string[][] {
  return shellCommands(text).map((words) =>
    words.slice(words.findIndex((word) => !/^[A-Z_]+=/.test(word) && word !== "npx")),
  );
}

function commandProblems(words: readonly string[]): string[] {
  if (words[0] === "npm" && words[1] === "run") {
    return words[2] === undefined || words[2] in scripts ? [] : [`there is no script ${words[2]}`];
  }
  return words[0] === "gemkeys" ? optionProblems(program(), words.slice(1)) : [];
}

/** Names only: what a line in a page leaves out is not missed. */
function optionProblems(command: Command, words: readonly string[]): string[] {
  const [name] = words;
  const next = command.commands.find((sub) => sub.name() === name);
  if (next) return optionProblems(next, words.slice(1));
  if (command.commands.length > 0 && name !== undefined && /^[a-z-]+$/.test(name) && !name.startsWith("-")) {
    return [`there is no command ${name}`];
  }
  const known = [...command.options.map(({ long }) => long), "--help", "--version"];
  return words
    .filter((word) => word.startsWith("--") && word !== "--")
    .map((word) => word.split("=")[0]!)
    .filter((word) => !known.includes(word))
    .map((word) => `${command.name()} has no option ${word}`);
}
