/**
 * The commands of a block for a shell, each as words. Knows what the pages use: comments, `\\` at the end of a line, quotes
 * (over several lines, too), `&&`, variables before a command.
 */
export function shellCommands(text: string): string[][] {
  const commands: string[][] = [[]];
  for (const [token] of text.replace(/\\\n/g, " ").matchAll(/#.*|&&|\n|(?:'[^']*'|"[^"]*"|[^\s'"#])+/g)) {
    if (token.startsWith("#")) continue;
    if (token === "&&" || token === "\n") commands.push([]);
    else commands.at(-1)!.push(token.replace(/'([^']*)'|"([^"]*)"/g, (_, one, two) => one ?? two));
  }
  return commands.filter((words) => words.length > 0);
}
