import type { Command } from "commander";
import { program } from "../cli/program";

/** The page `docs/cli.md`: every command, as its `--help` tells. */
export function cliPage(): string {
  const gemkeys = program();
  return `<!-- Written by \`npm run generate\` from cli/program.ts. Do not edit. -->

# Commands

\`npx gemkeys <command>\`; \`--help\` behind any of them prints what is below. Exit codes: 0 fine, 1 findings, 2 wrong
configuration or usage, 3 the cloud or a tool failed. \`cdktf\` itself is called as always: \`npx cdktf synth|diff|deploy|destroy\`.

${commandsOf(gemkeys).map(section).join("\n\n")}
`;
}

/** Those that do something, in the order of \`--help\`. */
function commandsOf(command: Command): Command[] {
  const { commands } = command;
  return commands.length === 0 ? [command] : command.createHelp().visibleCommands(command).flatMap(shown);
}

function shown(command: Command): Command[] {
  return command.name() === "help" ? [] : commandsOf(command);
}

function section(command: Command): string {
  const help = command.createHelp();
  const rows = [
    ...help.visibleArguments(command).map((item) => [help.argumentTerm(item), help.argumentDescription(item)]),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== "--help")
      .map((item) => [help.optionTerm(item), help.optionDescription(item)]),
  ].map(([term, description]) => `| \`${term}\` | ${cell(description!)} |`);
  const table = rows.length === 0 ? [] : [["| | |", "| --- | --- |", ...rows].join("\n")];
  const usage = help.commandUsage(command);
  return [
    `## ${usage.replace(/ [[<].*/, "")}`,
    `\`${usage}\``,
    sentence(help.commandDescription(command)),
    ...table,
  ].join("\n\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${linked(text.slice(1))}.`;
}

function cell(text: string): string {
  return linked(text.replaceAll("|", "\\|").replaceAll("<", "&lt;"));
}

function linked(text: string): string {
  return text.replace(/\bdocs\/([\w-]+\.md)/g, "[$1]($1)");
}
