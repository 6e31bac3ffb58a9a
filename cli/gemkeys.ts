import { Command, CommanderError } from "commander";
import { redactKeys } from "../values/redact";
import { ExitCode } from "./exit-code";
import { optionOf, QUESTIONS } from "./init-questions";
import { reportError } from "./report-error";

/** The `gemkeys` program. Each command is a file under `commands/`, loaded when it is called. */
function program(): Command {
  const gemkeys = new Command("gemkeys")
    .description("Gemini API keys as code")
    .version(require("../package.json").version)
    .exitOverride()
    // Its messages repeat what was typed.
    .configureOutput({ writeErr: (text) => process.stderr.write(redactKeys(text)) })
    .showHelpAfterError("(gemkeys --help lists the commands)");
  const config = ["-c, --config <folder>", "folder with organization.yaml and environments/", "config"] as const;

  const init = gemkeys
    .command("init")
    .description("write the configuration files of an organization, its environments and a first key")
    .option("-c, --config <folder>", "folder to write to; what is there stays as it is", "config")
    .option("-y, --yes", "ask nothing: take the options, and what follows from them");
  for (const { name, text } of QUESTIONS) init.option(`${optionOf(name)} <value>`, text);
  init.action(async (options) => run(await (await import("./commands/init")).init(options)));

  gemkeys
    .command("validate")
    .description("check the configuration files")
    .option(...config)
    .option("--json", "print problems and notes as JSON")
    .action(async (options) => run((await import("./commands/validate")).validate(options)));

  gemkeys
    .command("check")
    .description("judge the declared environments, or Terraform plans, by the policies (docs/policies.md)")
    .option("-c, --config <folder>", "folder with organization.yaml and environments/; without --plan: config")
    .option("--plan <file...>", "plans as `terraform show -json` prints them; alone unless --config is given too")
    .option("--format <format>", "terminal, json, sarif or markdown", "terminal")
    .option("--fail-on <severity>", "end with code 1 from here on: critical, high, medium, low or never", "high")
    .action(async (options) => run((await import("./commands/check")).check(options)));

  gemkeys
    .command("review")
    .description(
      "tell what a change lets each key do: of two commits, of Terraform plans, or of two synthesized folders",
    )
    .option("--base <ref>", "the commit the change goes into, such as origin/main")
    .option("--head <ref>", "the commit of the change; without it the working tree, with what is not committed")
    .option("--trusted-code", "for changes of strangers: run the code of --base only, and take the YAML of --head")
    .option("--plan <file...>", "plans as `terraform show -json` prints them; with --config compared with the code too")
    .option("--from <folder>", "what cdktf synth wrote before the change")
    .option("--to <folder>", "what cdktf synth wrote after the change")
    .option("-c, --config <folder>", "folder with organization.yaml and environments/; with --base: config")
    .option("--format <format>", "json", "json")
    .option("--output <file>", "write to this file")
    .option("--fail-on <risk>", "end with code 1 from here on: critical, high, medium, low, info or never", "never")
    .action(async (options) => run(await (await import("./commands/review")).review(options)));

  // Run by `review`, in the code of another commit.
  gemkeys
    .command("snapshot", { hidden: true })
    .requiredOption("--config <folder>")
    .requiredOption("--output <file>")
    .action(async (options) => run((await import("./commands/snapshot")).snapshot(options)));

  gemkeys
    .command("explain")
    .description("tell what a policy finds, why it matters and what to do")
    .argument("<rule>", "such as GEMKEY-IP-02")
    .action(async (rule) => run((await import("./commands/explain")).explain(rule)));

  gemkeys
    .command("inventory")
    .description("list every key: environment, owner, addresses, readers, age, phase")
    .argument("[environment]", "only this environment")
    .option(...config)
    .option("--format <format>", "table, markdown, json or html", "table")
    .action(async (environment, options) =>
      run((await import("./commands/inventory")).inventory(environment, options)),
    );

  gemkeys
    .command("preflight")
    .description("check credentials, rights, billing, policies and services before a first deployment; changes nothing")
    .argument("<environment>", "the environment to deploy")
    .option(...config)
    .option("--json", "print what was found as JSON")
    .action(async (environment, options) =>
      run(await (await import("./commands/preflight")).preflight(environment, options)),
    );

  gemkeys
    .command("emulator")
    .description("run a local Google Cloud on loopback")
    .option("--port <number>", "port to listen on; 0 takes a free one", "8085")
    .option(
      "--print-env <shell>",
      "print the variables that point Terraform at it, and exit: sh, fish, powershell, json",
    )
    .option("--state <file>", "load the state from this file, and save it there at the end")
    .option("--quota <requests>", "answer 429 after this many Gemini requests a minute of a project")
    .option("--seed", "start with every declared environment already deployed")
    .option(...config)
    .action(async (options) => run(await (await import("./commands/emulator")).emulator(options)));

  gemkeys
    .command("local")
    .description("deploy dev onto a local Google Cloud and show that the restrictions hold")
    .option(...config)
    .option("--environment <name>", "the environment to deploy", "dev")
    .option("--port <number>", "port of the local cloud; 0 takes a free one", "0")
    .option("--no-terraform", "do not run Terraform: fill the local cloud from the synthesized stack")
    .option("--keep", "leave the local cloud running until Ctrl-C")
    .action(async (options) => run(await (await import("./commands/local")).local(options)));

  return gemkeys;
}

function run(code: ExitCode): void {
  process.exitCode = code;
}

// A closed pipe (`gemkeys inventory | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

program()
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? ExitCode.Fine : ExitCode.WrongInput;
    else process.exitCode = reportError(error);
  });
