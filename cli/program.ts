import { Command, CommanderError } from "commander";
import { redactKeys } from "../values/redact";
import { ExitCode } from "./exit-code";
import { optionOf, QUESTIONS } from "./init-questions";
import { reportError } from "./report-error";

/** The `gemkeys` program. Each command is a file under `commands/`, loaded when it is called. */
export function program(): Command {
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
    .option("--format <format>", "terminal, markdown, json, sarif or html", "terminal")
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

  addCiCommands(gemkeys.command("ci").description("steps of pull requests and deployments (docs/ci.md)"));
  return gemkeys;
}

function addCiCommands(ci: Command): void {
  ci.command("matrix")
    .description("print which environments a change reaches, for CI to run a job each")
    .requiredOption("--base <ref>", "the commit before")
    .option("--head <ref>", "the commit after", "HEAD")
    .option("-c, --config <folder>", "folder with organization.yaml and environments/", "config")
    .option("--format <format>", "github, gitlab-plan, gitlab-deploy or list", "github")
    .action(async (options) => run((await import("./commands/ci-matrix")).matrix(options)));

  ci.command("fetch-head")
    .description("fetch the head of a pull request, without checking it out, on GitHub")
    .requiredOption("--event <file>", "the event of the pull request")
    .action(async (options) => run((await import("./commands/ci-fetch-head")).fetchHead(options)));

  ci.command("pack")
    .description("write what a run found, for the run that comments or deploys")
    .requiredOption("--review <file>", "what `gemkeys review --format json` wrote")
    .requiredOption("--output <file>", "the artifact")
    .option("--event <file>", "the event of the pull request; left out on GitLab")
    .option("--stack <name>", "the environment, if it is of a plan")
    .option("--effects <file>", "what `gemkeys ci plan-hash --output` wrote, if it is of a plan")
    .option("--summary <file>", "append the review to it as Markdown")
    .option("--sarif <file>", "write the findings to it as SARIF")
    .action(async (options) => run((await import("./commands/ci-pack")).pack(options)));

  ci.command("policy")
    .description("end with code 1 if a review has new findings of the policies")
    .requiredOption("--review <file>", "what `gemkeys review --format json` wrote")
    .option("--fail-on <severity>", "from here on: critical, high, medium or low", "high")
    .action(async (options) => run((await import("./commands/ci-policy")).policy(options)));

  ci.command("comment")
    .description("write what a run found into the one comment of its pull or merge request")
    .option("--artifact <path>", "what `gemkeys ci pack` wrote: a file, or a folder of files")
    .option("--event <file>", "the event of the workflow_run; left out on GitLab")
    .option("--author <login>", "whose comments are ours, on GitHub", "github-actions[bot]")
    .action(async (options) => run(await (await import("./commands/ci-comment")).comment(options)));

  const stacks = ["--stacks <folder>", "the folder that `cdktf synth` wrote", "cdktf.out/stacks"] as const;
  ci.command("plan")
    .description("plan synthesized stacks, and keep their reviews and what they would do; the plans are not kept")
    .argument("<stack...>", "names of environments")
    .requiredOption("--output <folder>", "where the artifacts go")
    .option(...stacks)
    .option("-c, --config <folder>", "folder with organization.yaml and environments/", "config")
    .option("--event <file>", "the event of the pull request; left out on GitLab")
    .option("--summary <file>", "append the reviews to it as Markdown")
    .action(async (names, options) => run(await (await import("./commands/ci-plan")).plan(names, options)));

  ci.command("approved")
    .description("print what the pushed commit merged, and where its approved plans are")
    .option("--stacks <names>", "on GitLab: fetch the artifacts of these")
    .option("--output <folder>", "on GitLab: where they go")
    .action(async (options) => run(await (await import("./commands/ci-approved")).approved(options)));

  ci.command("deploy")
    .description("apply synthesized stacks, each only if its plan does what was approved")
    .argument("<stack...>", "names of environments, in order")
    .requiredOption("--approved <folder>", "the artifacts of the approved plans")
    .requiredOption("--pull-request <number>", "the one that was merged")
    .requiredOption("--head <commit>", "its last commit")
    .option(...stacks)
    .option("-c, --config <folder>", "folder with organization.yaml and environments/", "config")
    .action(async (names, options) => run(await (await import("./commands/ci-deploy")).deploy(names, options)));

  ci.command("probe")
    .description("call Gemini with the keys of an environment, as their secrets hold them")
    .argument("<environment>", "its name")
    .option("--keys <name...>", "only these")
    .option("-c, --config <folder>", "folder with organization.yaml and environments/", "config")
    .action(async (environment, options) =>
      run(await (await import("./commands/ci-probe")).probe(environment, options)),
    );

  ci.command("plan-hash")
    .description("print the hash of what a plan would do, or compare it with what was approved")
    .argument("<plan>", "a plan as `terraform show -json` prints it")
    .option("--output <file>", "write what it would do, without secrets")
    .option("--expect <hash>", "end with code 1 if the hash is another one")
    .option("--approved <file>", "end with code 1 if the plan would do something else, and show the difference")
    .action(async (plan, options) => run((await import("./commands/ci-plan-hash")).planHash(plan, options)));
}

function run(code: ExitCode): void {
  process.exitCode = code;
}

/** Runs the program with the arguments of this process. */
export async function main(): Promise<void> {
  // A closed pipe (`gemkeys inventory | head`) is no error.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });
  await runProgram(process.argv.slice(2));
}

/** @param args without the names of Node and of the program. The exit code is that of this process. */
export async function runProgram(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? ExitCode.Fine : ExitCode.WrongInput;
    else process.exitCode = reportError(error);
  }
}
