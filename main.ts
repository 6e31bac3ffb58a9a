import { ValidationError } from "./constructs/validation-error";
import { ConfigError, loadConfig } from "./declaration/load";
import { buildApp } from "./stacks/build-app";
import { PolicyError } from "./stacks/policy-error";
import { withoutStackTraces } from "./stacks/without-stack-traces";
import { dayOf } from "./values/date";
import { describeProblem, problem } from "./values/problem";

/** The entry of `cdktf synth`: config → declaration → stacks → cdktf.out. Nothing is written if the config is wrong or against a policy. */
function main(): number {
  try {
    // The notes are told by `gemkeys validate`: cdktf shows what the app writes here as errors.
    const { declaration, locate } = loadConfig(process.env["GEMKEYS_CONFIG"] ?? "config");
    const where = process.env["GEMKEYS_BOOTSTRAP_STATE"] || undefined;
    if (where !== undefined && where !== "local") return refuse(where);
    const localBootstrapState = where === "local";
    const policies = { today: dayOf(new Date()), locate };
    withoutStackTraces(() => buildApp(declaration, { localBootstrapState, policies }).synth());
    return 0;
  } catch (error) {
    if (!ConfigError.is(error) && !ValidationError.is(error) && !PolicyError.is(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

function refuse(where: string): number {
  const fix = "Unset it once the state is in its bucket: docs/bootstrap.md.";
  process.stderr.write(
    `${describeProblem("GEMKEYS_BOOTSTRAP_STATE", problem("must be local or unset", where, fix))}\n`,
  );
  return 2;
}

process.exitCode = main();
