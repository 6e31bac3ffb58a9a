import type { Bootstrap, CiSystem, Organization } from "../../declaration/model";
import { BootstrapStack } from "../../stacks/bootstrap-stack";
import { withoutStackTraces } from "../../stacks/without-stack-traces";
import { GITHUB_ISSUER, githubDeployer, githubPlanner } from "../../values/ci-claims";
import { noPolicies, ORGANIZATION } from "./declaration";
import { synthTemplate, type Template, testApp } from "./synth-template";

const REPOSITORY = { repository: "acme/gemini-keys", branch: "main", environment: "production" };

/** GitHub Actions of one repository. */
export const GITHUB_SYSTEM: CiSystem = {
  name: "github",
  issuer: GITHUB_ISSUER,
  audiences: [],
  planner: githubPlanner(REPOSITORY),
  deployer: githubDeployer(REPOSITORY),
};

/** GitLab, as docs/bootstrap.md shows it. */
export const GITLAB_SYSTEM: CiSystem = {
  name: "gitlab",
  issuer: "https://gitlab.com",
  audiences: ["gemkeys"],
  planner: { project_path: "acme/gemini-keys", pipeline_source: "merge_request_event" },
  deployer: {
    project_path: "acme/gemini-keys",
    pipeline_source: "push",
    ref: "main",
    ref_type: "branch",
    ref_protected: "true",
    environment: "production",
  },
};

/** A bootstrap with what has to be given and nothing else. */
export const BOOTSTRAP: Bootstrap = {
  project: { id: "acme-gemini-admin", adopt: false },
  protected: false,
  stateBucket: { name: "acme-gemini-state", region: "europe-west1", keepVersionsDays: 90 },
  ciSystems: [],
};

/** A bootstrap with everything. */
export const FULL_BOOTSTRAP: Bootstrap = {
  project: { id: "acme-gemini-admin", adopt: true },
  protected: true,
  stateBucket: { ...BOOTSTRAP.stateBucket!, encryptionRotationDays: 30 },
  ciSystems: [GITHUB_SYSTEM, GITLAB_SYSTEM],
};

export interface BootstrapOptions {
  readonly changesOrganizationPolicy?: boolean;
  readonly localState?: boolean;
}

/** The stack `bootstrap`, in an app of its own. */
export function bootstrapStack(
  bootstrap: Partial<Bootstrap> = {},
  organization: Partial<Organization> = {},
  options: BootstrapOptions = {},
): BootstrapStack {
  return withoutStackTraces(
    () =>
      new BootstrapStack(testApp(), {
        organization: { ...ORGANIZATION, adminProject: "acme-gemini-admin", ...organization },
        bootstrap: { ...BOOTSTRAP, ...bootstrap },
        changesOrganizationPolicy: false,
        localState: false,
        policies: noPolicies(),
        ...options,
      }),
  );
}

/** What the stack `bootstrap` synthesizes to. */
export function synthBootstrap(
  bootstrap: Partial<Bootstrap> = {},
  organization: Partial<Organization> = {},
  options: BootstrapOptions = {},
): Template {
  return synthTemplate(bootstrapStack(bootstrap, organization, options));
}
