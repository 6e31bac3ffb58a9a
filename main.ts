import { ValidationError } from "./constructs/validation-error";
import { ConfigError, loadConfig } from "./declaration/load";
import { buildApp } from "./stacks/build-app";
import { withoutStackTraces } from "./stacks/without-stack-traces";
import { describeProblem, problem } from "./values/problem";

/** The entry of `cdktf synth`: config → declaration → stacks → cdktf.out. Nothing is written if the config is wrong. */
function main(): number {
  try {
    // The notes are told by `gemkeys validate`: cdktf shows what the app writes here as errors.
    const { declaration } = loadConfig(process.env["GEMKEYS_CONFIG"] ?? "config");
    const where = process.env["GEMKEYS_BOOTSTRAP_STATE"] || undefined;
    if (where !== undefined && where !== "local") return refuse(where);
    const localBootstrapState = where === "local";
    withoutStackTraces(() => buildApp(declaration, { localBootstrapState }).synth());
    return 0;
  } catch (error) {
    if (!ConfigError.is(error) && !ValidationError.is(error)) throw error;
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
