import * as readline from "node:readline/promises";
import { ExitCode } from "./exit-code";
import { UserError } from "./report-error";

/** Asks a person, a line at a time. */
export interface Prompt {
  /** @throws UserError if the person ended it. */
  ask(question: string): Promise<string>;
  say(line: string): void;
  close(): void;
}

/** Reads lines of the terminal. Ctrl-C and Ctrl-D end the program: nothing is written before all is answered. */
export function terminalPrompt(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): Prompt {
  const lines = readline.createInterface({ input, output });
  let end: (error: Error) => void = () => {};
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  ended.catch(() => {});
  lines.on("SIGINT", () => end(new UserError("Interrupted. Nothing was written.", ExitCode.Interrupted)));
  lines.on("close", () => end(new UserError("The input ended. Nothing was written.")));
  return {
    ask: (question) => Promise.race([lines.question(question), ended]),
    say: (line) => output.write(`${line}\n`),
    close: () => lines.close(),
  };
}
