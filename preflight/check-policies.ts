import { attempt, type Context } from "./context";
import { type Finding, fine, missing, note } from "./finding";
import { quotaServices } from "./needs";

interface Rule {
  readonly enforce?: boolean;
  readonly allowAll?: boolean;
  readonly denyAll?: boolean;
  readonly values?: { readonly allowedValues?: readonly string[]; readonly deniedValues?: readonly string[] };
}

interface Policy {
  readonly constraint: string;
  /** The command that lifts it for the place that was asked. */
  readonly judge: (rules: readonly Rule[], context: Context, place: string) => Finding | undefined;
}

const POLICIES: readonly Policy[] = [
  { constraint: "iam.managed.disableServiceAccountApiKeyCreation", judge: judgeKeys },
  { constraint: "gcp.resourceLocations", judge: judgeLocations },
  { constraint: "gcp.restrictServiceUsage", judge: judgeServices },
  { constraint: "iam.allowedPolicyMemberDomains", judge: judgeDomains },
];

/** The organization policies that would stop a deployment, where it happens: in the project, or above it. */
export async function checkPolicies(context: Context, projectExists: boolean): Promise<readonly Finding[]> {
  const { environment, organization } = context;
  const place = projectExists ? `projects/${environment.project.id}` : organization.parent;
  if (place === undefined) return [];
  const found = await Promise.all(
    POLICIES.map(({ constraint, judge }) =>
      attempt(`policy ${constraint}`, async () => {
        const path = `${place}/policies/${constraint}:getEffectivePolicy`;
        const { spec } = await context.transport.call("orgPolicy", { path });
        const { rules } = (spec ?? {}) as { rules?: readonly Rule[] };
        return [judge(rules ?? [], context, place) ?? fine(`policy ${constraint}`, `stops nothing in ${place}.`)];
      }),
    ),
  );
  return found.flat();
}

function judgeKeys(rules: readonly Rule[], { environment }: Context): Finding | undefined {
  if (environment.allowServiceAccountKeys || !rules.some(({ enforce }) => enforce === true)) return undefined;
  return note(
    "policy iam.managed.disableServiceAccountApiKeyCreation",
    "is enforced, and forbids keys of service accounts. Google is reported to exempt keys for the Gemini API alone, as these are; that is not certain.",
    `if the deployment fails with this name: \`allowServiceAccountKeys: true\` in environments/${environment.name}.yaml`,
  );
}

/** @see https://docs.cloud.google.com/secret-manager/docs/choosing-replication */
function judgeLocations(rules: readonly Rule[], _context: Context, place: string): Finding | undefined {
  if (allows(rules, ["global", "in:global-locations"])) return undefined;
  return missing(
    "policy gcp.resourceLocations",
    `does not allow global in ${place}, where secrets are made that Google replicates by itself.`,
    commandFor("gcp.resourceLocations", "global", place),
  );
}

function judgeServices(
  rules: readonly Rule[],
  { environment, organization }: Context,
  place: string,
): Finding | undefined {
  const own = ["generativelanguage.googleapis.com", ...quotaServices(environment, organization)];
  const refused = own.filter((name) => !allows(rules, [name]));
  if (refused.length === 0) return undefined;
  return missing(
    "policy gcp.restrictServiceUsage",
    `does not allow in ${place}: ${refused.join(", ")}.`,
    commandFor("gcp.restrictServiceUsage", refused.join(" "), place),
  );
}

/** It names customers of Google by number, which nobody can compare with the addresses of a file. */
function judgeDomains(rules: readonly Rule[], _context: Context, place: string): Finding | undefined {
  if (rules.every(({ allowAll }) => allowAll === true)) return undefined;
  return note(
    "policy iam.allowedPolicyMemberDomains",
    `restricts in ${place} whom roles may be given to: readers and members of \`access\` from elsewhere are refused.`,
    `gcloud org-policies describe iam.allowedPolicyMemberDomains --effective ${placeOption(place)}`,
  );
}

/** Whether one of the names is allowed by all rules. Groups of values other than those given are not known here. */
function allows(rules: readonly Rule[], names: readonly string[]): boolean {
  return rules.every(({ allowAll, denyAll, values }) => {
    if (allowAll === true) return true;
    if (denyAll === true) return false;
    const holds = (list: readonly string[] = []) =>
      names.some((name) => list.includes(name) || list.includes(`is:${name}`));
    if (holds(values?.deniedValues)) return false;
    return !values?.allowedValues?.length || holds(values.allowedValues);
  });
}

function commandFor(constraint: string, values: string, place: string): string {
  return `gcloud resource-manager org-policies allow ${constraint} ${values} ${placeOption(place)}`;
}

/** `--organization=123`, `--folder=123`, `--project=acme-gemini-dev` */
function placeOption(place: string): string {
  const [kind, id] = place.split("/");
  return `--${kind!.slice(0, -1)}=${id}`;
}
