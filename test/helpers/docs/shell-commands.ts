/**
 * The commands of a block for a shell, each as words. Knows what the pages use: comments, `\` at the end of a line,
 * quotes, `&&`, variables before a command.
 */
export function shellCommands(text: string): string[][] {
  return text
    .replace(/\\\n/g, " ")
    .split("\n")
    .flatMap((line) => commandsOf(line));
}

function commandsOf(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [token] of line.matchAll(/#.*|&&|(?:'[^']*'|"[^"]*"|[^\s'"#])+/g)) {
    if (token.startsWith("#")) break;
    if (token === "&&") commands.push([]);
    else commands.at(-1)!.push(token.replace(/'([^']*)'|"([^"]*)"/g, (_, one, two) => one ?? two));
  }
  return commands.filter((words) => words.length > 0);
}
