import { App } from "cdktf";
import type { Declaration } from "../declaration/model";
import { EnvironmentStack } from "./environment-stack";
import { withoutStackTraces } from "./without-stack-traces";

export interface BuildAppOptions {
  /**
   * The directory for the synthesized stacks.
   *
   * @default - `CDKTF_OUTDIR`, or `cdktf.out`
   */
  readonly outdir?: string;
}

/**
 * Builds the app with one stack per environment. All of them, always: the cdktf CLI deletes the folder of a stack
 * that is left out.
 *
 * @throws ValidationError if a construct refuses its props.
 */
export function buildApp(declaration: Declaration, options: BuildAppOptions = {}): App {
  return withoutStackTraces(() => {
    const app = new App({ outdir: options.outdir, stackTraces: false });
    const { organization } = declaration;
    for (const environment of declaration.environments) new EnvironmentStack(app, { organization, environment });
    return app;
  });
}
