import { ValidationError } from "./constructs/validation-error";
import { ConfigError, loadConfig } from "./declaration/load";
import { buildApp } from "./stacks/build-app";
import { withoutStackTraces } from "./stacks/without-stack-traces";

/** The entry of `cdktf synth`: config → declaration → stacks → cdktf.out. Nothing is written if the config is wrong. */
function main(): number {
  try {
    // The notes are told by `gemkeys validate`: cdktf shows what the app writes here as errors.
    const { declaration } = loadConfig(process.env["GEMKEYS_CONFIG"] ?? "config");
    withoutStackTraces(() => buildApp(declaration).synth());
    return 0;
  } catch (error) {
    if (!ConfigError.is(error) && !ValidationError.is(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

process.exitCode = main();
