import { accessToken, probeKey } from "../../ci/probe-key";
import { loadConfig } from "../../declaration/load";
import { ExitCode } from "../exit-code";
import { inventoryOf } from "../inventory-of";
import { UserError } from "../report-error";

export interface ProbeOptions {
  readonly config: string;
  /** The keys to call; left out: all of the environment. */
  readonly keys?: readonly string[];
}

/** Calls Gemini with keys as their secrets hold them. */
export async function probe(environment: string, { config, keys }: ProbeOptions): Promise<ExitCode> {
  if (keys?.length === 0) return ExitCode.Fine;
  const found = inventoryOf(loadConfig(config).declaration).environments.find(({ name }) => name === environment);
  if (!found) throw new UserError(`\`${environment}\` must be a declared environment, got: none of this name.`);
  if (!accessToken(process.env)) {
    throw new UserError(
      "`GEMKEYS_ACCESS_TOKEN` must be set to read the secrets, got: nothing. See docs/ci.md for how a job gets one.",
      ExitCode.Failed,
    );
  }
  let worst = ExitCode.Fine;
  for (const { name, secret } of found.keys.filter((key) => keys === undefined || keys.includes(key.name))) {
    const { holds, what } = await probeKey({ project: found.project.id, secret: secret.id }, { env: process.env });
    process.stdout.write(`${environment}/${name}: ${holds ? "works" : "does not work"} (${what})\n`);
    if (!holds) worst = ExitCode.Failed;
  }
  return worst;
}
