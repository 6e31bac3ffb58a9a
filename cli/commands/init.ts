import { formatFinding } from "../../declaration/finding";
import { newFiles, type StartingPoint, starterFindings, startingPoint, writeNewFiles } from "../../declaration/starter";
import { describeProblem, type Problem } from "../../values/problem";
import { redactKeys } from "../../values/redact";
import { ExitCode } from "../exit-code";
import {
  type Answers,
  answerProblem,
  listOf,
  optionOf,
  QUESTIONS,
  type Question,
  type QuestionName,
  questionOf,
  starterAnswers,
} from "../init-questions";
import { type Prompt, terminalPrompt } from "../prompt";
import { UserError } from "../report-error";

export interface InitOptions extends Answers {
  readonly config: string;
  /** Ask nothing. */
  readonly yes?: boolean;
}

/**
 * Writes the files of a new configuration, or adds environments to one. What exists is never changed.
 *
 * @param prompt asks a person. Left out: the terminal, if there is one, and otherwise nobody.
 */
export async function init(options: InitOptions, prompt?: Prompt, now = new Date()): Promise<ExitCode> {
  const { config, yes } = options;
  const start = startingPoint(config, now);
  if (start.isSample) throw new UserError(sampleAdvice(config));
  const given = givenAnswers(options);
  const asks = !yes && (prompt !== undefined || (process.stdin.isTTY && process.stdout.isTTY));
  const answers = asks ? await ask(given, start, now, prompt) : complete(given, start, now);
  return write(answers, start, now);
}

function sampleAdvice(config: string): string {
  return [
    `\`${config}/organization.yaml\` must be yours, got: the sample's (it has \`allowDocumentationAddresses\`).`,
    `Remove the sample, then start again: rm -r ${config}`,
    "Or write your configuration to another folder: gemkeys init --config <folder>",
  ].join("\n");
}

/** Options that were given, trimmed. An empty one stands for none. */
function givenAnswers(options: InitOptions): Answers {
  const given = QUESTIONS.flatMap(({ name }) => {
    const answer = options[name]?.trim();
    return answer ? [[name, answer] as const] : [];
  });
  return Object.fromEntries(given);
}

/** Without a person: options and what follows from them. @throws UserError with everything missing and wrong. */
function complete(given: Answers, start: StartingPoint, now: Date): Answers {
  const problems: string[] = [];
  const answers: Record<string, string> = {};
  // The same, with samples for what is missing or wrong, so that the rest is checked all the same.
  const tried: Record<string, string> = {};
  for (const question of QUESTIONS) {
    if (!question.when(tried, start)) continue;
    const { name } = question;
    const answer = given[name] ?? question.preset?.(tried, start);
    if (answer === undefined && !question.required(tried, start)) continue;
    const found = answer === undefined ? undefined : answerProblem(name, { ...tried, [name]: answer }, start);
    if (answer === undefined) problems.push(missing(question));
    if (found) problems.push(describeProblem(optionOf(name), found));
    if (answer !== undefined && !found) answers[name] = answer;
    tried[name] = answers[name] ?? sampleOf(question, tried, start);
  }
  // What follows from a wrong answer is wrong as well, and told only where nothing else is.
  const findings = findingsOf(tried, start, now);
  const direct = findings.filter(({ question }) => question === undefined || given[question] !== undefined);
  const all = [...problems, ...(problems.length + direct.length > 0 ? direct : findings).map(({ text }) => text)];
  if (all.length > 0) throw new UserError(`${all.join("\n")}\n\nNothing was written.`);
  return answers;
}

function missing({ name, text }: Question): string {
  return `\`${optionOf(name)}\` must be given, got: nothing. Asked for: ${text}.`;
}

/** A valid answer in place of one that is missing; of projects one for each environment. */
function sampleOf({ name, sample }: Question, answers: Answers, start: StartingPoint): string {
  if (name === "projects")
    return listOf(answers.environments)
      .map((_, index) => `${sample}-${index}`)
      .join(",");
  if (name === "team") return start.teams[0] ?? sample;
  return sample;
}

interface Refusal {
  readonly question?: QuestionName;
  readonly text: string;
}

function findingsOf(answers: Answers, start: StartingPoint, now: Date): Refusal[] {
  return starterFindings(start, newFiles(start, starterAnswers(answers, start), now), now).map((finding) => {
    const question = questionOf(finding);
    if (!question) return { text: formatFinding(finding) };
    return { question, text: describeProblem(optionOf(question), finding.problem) };
  });
}

/** Asks for what was not given, and again where an answer is refused. */
async function ask(given: Answers, start: StartingPoint, now: Date, existing?: Prompt): Promise<Answers> {
  const prompt = existing ?? terminalPrompt(process.stdin, process.stdout);
  try {
    let answers: Answers = {};
    for (const question of QUESTIONS) {
      if (question.when(answers, start)) answers = await answer(question, answers, { given, start, now, prompt });
    }
    return answers;
  } finally {
    prompt.close();
  }
}

interface Asking {
  readonly given: Answers;
  readonly start: StartingPoint;
  readonly now: Date;
  readonly prompt: Prompt;
}

async function answer(question: Question, before: Answers, { given, start, now, prompt }: Asking): Promise<Answers> {
  const { name, text } = question;
  const preset = question.preset?.(before, start);
  let got = given[name];
  for (;;) {
    got ??= (await prompt.ask(`${capital(text)}${preset === undefined ? "" : ` [${preset}]`}: `)).trim() || preset;
    if (got === undefined) {
      if (!question.required(before, start)) return before;
      prompt.say(missing(question));
      continue;
    }
    const answers = { ...before, [name]: got };
    const found = refusals(question, answers, start, now);
    if (found.length === 0) return answers;
    for (const line of found) prompt.say(line);
    got = undefined;
  }
}

/** What is wrong with the last answer: all before were right, and samples stand for what comes after. */
function refusals({ name }: Question, answers: Answers, start: StartingPoint, now: Date): string[] {
  const found: Problem | undefined = answerProblem(name, answers, start);
  if (found) return [describeProblem(optionOf(name), found)];
  const tried: Record<string, string> = { ...answers };
  for (const later of QUESTIONS.slice(QUESTIONS.findIndex((each) => each.name === name) + 1)) {
    if (!later.when(tried, start) || !later.required(tried, start)) continue;
    tried[later.name] = sampleOf(later, tried, start);
  }
  return [...new Set(findingsOf(tried, start, now).map(({ text }) => text))];
}

function capital(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1);
}

function write(answers: Answers, start: StartingPoint, now: Date): ExitCode {
  const { directory, files } = start;
  const texts = newFiles(start, starterAnswers(answers, start), now);
  const findings = starterFindings(start, texts, now);
  if (findings.length > 0) throw new UserError(`${findings.map(formatFinding).join("\n")}\n\nNothing was written.`);
  try {
    writeNewFiles(directory, texts);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    throw new UserError(
      `${path ?? directory}: cannot be written (${code ?? "unknown"}). Nothing was written.`,
      ExitCode.Failed,
    );
  }
  const print = (line: string) => process.stdout.write(`${redactKeys(line)}\n`);
  if (files.organization) print(`${directory}/organization.yaml is there, and stays as it is.`);
  for (const name of listOf(answers.environments)) {
    if (files.environments.has(name)) print(`${directory}/environments/${name}.yaml is there, and stays as it is.`);
  }
  for (const name of texts.keys()) print(`${directory}/${name} written.`);
  if (texts.size === 0) print("Nothing was written.");
  else
    print(
      `\nNext: gemkeys check, then gemkeys preflight <environment>${directory === "config" ? "" : `, both with --config ${directory}`}.`,
    );
  return ExitCode.Fine;
}
