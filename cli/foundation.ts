import type { Declaration } from "../declaration/model";
import type { Foundation } from "../emulator/seed";

/**
 * What an organization has before the first deployment of an environment, for the local cloud to start with: also what
 * `bootstrap` makes, so that an environment can be deployed at once.
 */
export function foundationOf({ organization, environments }: Declaration): Foundation {
  const { parent, billingAccount, adminProject, state } = organization;
  return {
    parent,
    billingAccount,
    currency: environments.find(({ budget }) => budget)?.budget?.monthly.currency,
    adminProject,
    stateBucket: state.kind === "gcs" ? state.bucket : undefined,
    existingProjects: environments.filter(({ project }) => project.adopt).map(({ project }) => ({ id: project.id })),
  };
}
