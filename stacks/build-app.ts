import "./quiet-cdktf";
import { App } from "cdktf";
import type { Declaration } from "../declaration/model";
import { dayOf } from "../values/date";
import { BootstrapStack } from "./bootstrap-stack";
import { EnvironmentStack } from "./environment-stack";
import type { PolicyOptions } from "./judge";
import { PolicyCheck } from "./policy-check";
import { withoutStackTraces } from "./without-stack-traces";

export interface BuildAppOptions {
  /**
   * The directory for the synthesized stacks.
   *
   * @default - `CDKTF_OUTDIR`, or `cdktf.out`
   */
  readonly outdir?: string;

  /**
   * Keep the state of the stack `bootstrap` in a file, as long as its bucket does not exist.
   *
   * @default false
   */
  readonly localBootstrapState?: boolean;

  /**
   * The stacks to build. Only for what is not written: the cdktf CLI deletes the folder of a stack that is left out.
   *
   * @default - all
   */
  readonly only?: (name: string) => boolean;

  /**
   * How the policies judge the stacks before they are written.
   *
   * @default - by all rules, today
   */
  readonly policies?: PolicyOptions;
}

/**
 * Builds the app with one stack per environment, and `bootstrap` if it is declared.
 *
 * Its `synth` throws a PolicyError, and writes nothing, if a stack is against the policies.
 *
 * @throws ValidationError if a construct refuses its props.
 */
export function buildApp(declaration: Declaration, options: BuildAppOptions = {}): App {
  return withoutStackTraces(() => {
    const app = new App({ outdir: options.outdir, stackTraces: false });
    const { organization, environments } = declaration;
    const policies = new PolicyCheck(declaration, options.policies ?? { today: dayOf(new Date()) });
    for (const environment of environments.filter(({ name }) => options.only?.(name) ?? true)) {
      new EnvironmentStack(app, { organization, environment, policies });
    }
    if (organization.bootstrap) {
      new BootstrapStack(app, {
        organization,
        bootstrap: organization.bootstrap,
        changesOrganizationPolicy: environments.some(({ allowServiceAccountKeys }) => allowServiceAccountKeys),
        localState: options.localBootstrapState === true,
        policies,
      });
    }
    return app;
  });
}
