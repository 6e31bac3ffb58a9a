import { loadConfig } from "../../declaration/load";
import { GoogleApiError, UnreachableError } from "../../google/errors";
import type { Finding, Verdict } from "../../preflight/finding";
import { type Preflight, preflight as runPreflight } from "../../preflight/preflight";
import { closest } from "../../values/closest";
import { echo } from "../../values/problem";
import { redactKeys } from "../../values/redact";
import { count } from "../describe";
import { ExitCode } from "../exit-code";
import { UserError } from "../report-error";

export interface PreflightOptions {
  readonly config: string;
  readonly json?: boolean;
}

/** Checks, before a first deployment, what would stop it. Ends with code 1 if something is missing; changes nothing. */
export async function preflight(name: string, options: PreflightOptions): Promise<ExitCode> {
  const { organization, environments } = loadConfig(options.config).declaration;
  const environment = environments.find((each) => each.name === name);
  if (!environment)
    throw new UserError(
      unknownEnvironment(
        name,
        environments.map((each) => each.name),
      ),
    );
  const result = await runPreflight(organization, environment, process.env).catch((error: unknown) => {
    if (UnreachableError.is(error)) throw new UserError(error.message, ExitCode.Failed);
    if (GoogleApiError.is(error))
      throw new UserError(`Google answers ${error.status}: ${error.message}`, ExitCode.Failed);
    throw error;
  });
  process.stdout.write(redactKeys(options.json ? json(name, result) : text(name, result)));
  return result.findings.some(({ verdict }) => verdict === "missing") ? ExitCode.Findings : ExitCode.Fine;
}

function unknownEnvironment(name: string, known: readonly string[]): string {
  const guess = closest(name, known);
  const fix = guess === undefined ? `Write one of: ${known.join(", ")}.` : `Did you mean ${guess}?`;
  return `\`environment\` must be one that is declared, got: ${echo(name)}. ${fix}`;
}

function json(environment: string, { findings, principal }: Preflight): string {
  return `${JSON.stringify({ environment, principal: principal ?? null, findings }, null, 2)}\n`;
}

const COLUMN = 9;

function text(environment: string, { findings }: Preflight): string {
  const lines = findings.flatMap((finding) => linesOf(finding));
  return `${lines.join("\n")}\n\n${summary(environment, findings)}\n`;
}

function linesOf({ fix, role, subject, text, verdict }: Finding): string[] {
  const more = [...(role === undefined ? [] : [`role: ${role}`]), ...(fix === undefined ? [] : [fix])];
  return [`${verdict.padEnd(COLUMN)}${subject} ${text}`, ...more.map((line) => `${" ".repeat(COLUMN)}${line}`)];
}

function summary(environment: string, findings: readonly Finding[]): string {
  const number = (verdict: Verdict) => findings.filter((finding) => finding.verdict === verdict).length;
  const missing = number("missing");
  const unknown = number("unknown");
  const left = unknown === 0 ? "" : ` ${count(unknown, "check")} could not be made.`;
  return missing === 0
    ? `Nothing is known to be missing for ${environment}.${left}`
    : `${count(missing, "thing")} missing for ${environment}.${left}`;
}
