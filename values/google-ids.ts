import { looksLikeUuid } from "./key-names";
import { type Problem, problem } from "./problem";

export { checkDomain, checkEmail, checkIamMember, checkPrincipal, EMAIL, IAM_MEMBER, PRINCIPAL } from "./iam-member";
export {
  checkKeyName,
  DEPLOYER_ID,
  KEY_NAME,
  keyIdOf,
  MAX_GENERATION,
  PLANNER_ID,
  secretIdOf,
  serviceAccountEmail,
  serviceAccountIdOf,
} from "./key-names";
export { checkLength } from "./problem";

// Each pattern accepts exactly what its rule accepts, so that a JSON Schema and the loader agree: tests hold them together.

/** @see checkProjectId */
export const PROJECT_ID = /^(?!.*(?:google|null|undefined|ssl))[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** @see checkSecretId */
export const SECRET_ID = /^[A-Za-z0-9_-]{1,255}$/;
/** @see checkServiceAccountId */
export const SERVICE_ACCOUNT_ID = /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
/** @see checkBillingAccount */
export const BILLING_ACCOUNT = /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/;
/** @see checkParent */
export const PARENT = /^(?:organizations|folders)\/[1-9][0-9]{0,19}$/;
/** @see checkBucketName */
export const BUCKET_NAME =
  /^(?!goog)(?!.*g[o0]{2}g[l1]e)(?!.*(?:\.\.|\.-|-\.))(?!(?:[0-9]{1,3}\.){3}[0-9]{1,3}$)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;
/** @see checkRegion */
export const REGION = /^[a-z]+-[a-z]+[0-9]{1,2}$/;
/** @see checkLabelKey */
export const LABEL_KEY = /^[a-z][a-z0-9_-]{0,62}$/;
/** @see checkLabelValue */
export const LABEL_VALUE = /^[a-z0-9_-]{0,63}$/;
/** @see checkAnnotationKey */
export const ANNOTATION_KEY = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
/** @see checkProviderVersion */
export const PROVIDER_VERSION = /^(?:0|[1-9][0-9]{0,5})(?:\.(?:0|[1-9][0-9]{0,5})){2}$/;
/** @see checkRepository */
export const REPOSITORY =
  /^(?=[^/]{1,39}\/)[A-Za-z0-9](?:-?[A-Za-z0-9]){0,38}\/(?!\.{1,2}$)(?!.*\.git$)[A-Za-z0-9._-]{1,100}$/;

/** Lower-case letters, digits and hyphens, a letter first, no hyphen last, at most `max` (at least 2) characters. */
export function namePattern(max: number): RegExp {
  return new RegExp(`^[a-z](?:[a-z0-9-]{0,${max - 2}}[a-z0-9])?$`);
}

/** A name of `namePattern(max)`: our own names, and Google's ids of that form. */
export function checkName(name: string, max: number): Problem | undefined {
  if (namePattern(max).test(name)) return undefined;
  const rule = `must be 1 to ${max} lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen`;
  return problem(rule, name, "Write a name such as tokyo-office.");
}

/** Words that Google names as refused in a project id, as examples: its list may be longer. */
const PROJECT_ID_WORDS = ["google", "null", "undefined", "ssl"];

/**
 * A project id: 6 to 30 lower-case letters, digits and hyphens, a letter first, no hyphen last, no restricted word.
 * Ids in the scope of a domain (`example.com:project`) are refused.
 *
 * @see https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects
 */
export function checkProjectId(id: string): Problem | undefined {
  if (PROJECT_ID.test(id)) return undefined;
  if (/^[a-z0-9.-]+:/.test(id)) {
    return problem("must be a project id without a domain", id, "Use a project whose id has no domain in front.");
  }
  if (/^[0-9]+$/.test(id)) {
    return problem("must be a project id, not a project number", id, "Write the id, such as acme-gemini-prod.");
  }
  const word = PROJECT_ID_WORDS.find((w) => id.includes(w));
  if (word !== undefined) {
    return problem(`must not contain ${word}`, id, "Google refuses this word in a project id: choose another id.");
  }
  return problem(
    "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen",
    id,
    "Write an id such as acme-gemini-prod.",
  );
}

/**
 * The id of an API key: 1 to 63 lower-case letters, digits and hyphens, a letter first, no hyphen last, not like a UUID.
 *
 * @see https://docs.cloud.google.com/api-keys/docs/reference/rest/v2/projects.locations.keys/create
 */
export function checkKeyId(id: string): Problem | undefined {
  if (looksLikeUuid(id)) {
    return problem("must not look like a UUID", id, "Write a name such as chat-backend-g1.");
  }
  const refused = checkName(id, 63);
  return refused && { ...refused, fix: "Write a name such as chat-backend-g1." };
}

/**
 * The id of a secret: 1 to 255 letters, digits, hyphens and underscores.
 *
 * @see https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/create
 */
export function checkSecretId(id: string): Problem | undefined {
  if (SECRET_ID.test(id)) return undefined;
  const rule = "must be 1 to 255 letters, digits, hyphens or underscores";
  return problem(rule, id, "Write an id such as gemini-chat-backend.");
}

/**
 * The id of a service account, the part before the `@`: 6 to 30 lower-case letters, digits and hyphens.
 *
 * @see https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts/create
 */
export function checkServiceAccountId(id: string): Problem | undefined {
  if (SERVICE_ACCOUNT_ID.test(id)) return undefined;
  return problem(
    "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen",
    id,
    "Write an id such as gk-chat-backend, without the @ and what follows it.",
  );
}

/**
 * The id of a billing account, without the prefix `billingAccounts/`.
 *
 * @see https://docs.cloud.google.com/billing/docs/how-to/find-billing-account-id
 */
export function checkBillingAccount(id: string): Problem | undefined {
  if (BILLING_ACCOUNT.test(id)) return undefined;
  const bare = id.replace(/^billingAccounts\//, "").toUpperCase();
  const fix = BILLING_ACCOUNT.test(bare) ? `Write ${bare}.` : "Write the id that `gcloud billing accounts list` shows.";
  return problem("must be a billing account such as 012345-6789AB-CDEF01", id, fix);
}

/**
 * The parent of a project: `organizations/<number>` or `folders/<number>`.
 *
 * @see https://docs.cloud.google.com/resource-manager/reference/rest/v3/projects#resource:-project
 */
export function checkParent(parent: string): Problem | undefined {
  if (PARENT.test(parent)) return undefined;
  const bare = /^[1-9][0-9]{0,19}$/.test(parent);
  const fix = bare
    ? `Write organizations/${parent} or folders/${parent}.`
    : "Write the number, such as folders/123456789012.";
  return problem("must be organizations/<number> or folders/<number>", parent, fix);
}

/**
 * The name of a Cloud Storage bucket: 3 to 63 lower-case letters, digits, `-`, `_` and `.`, a letter or digit at both
 * ends, no IP address, no `goog` at the start, no `google` or close misspelling anywhere.
 *
 * @see https://docs.cloud.google.com/storage/docs/buckets#naming
 */
export function checkBucketName(name: string): Problem | undefined {
  if (BUCKET_NAME.test(name)) return undefined;
  if (name.startsWith("gs://")) {
    return problem("must be the name of a bucket", name, "Write the name alone, without gs://.");
  }
  if (/^goog|g[o0]{2}g[l1]e/.test(name)) {
    return problem("must not start with goog or contain google", name, "Google keeps these names: choose another.");
  }
  const fix = "Write a name such as acme-gemini-state.";
  if (/^([0-9]{1,3}\.){3}[0-9]{1,3}$/.test(name)) return problem("must not be an IP address", name, fix);
  if (/\.\.|\.-|-\./.test(name)) return problem("must have no dot beside another dot or a hyphen", name, fix);
  return problem(
    "must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends",
    name,
    fix,
  );
}

/** The bucket that takes the access logs of a state bucket. */
export function logBucketNameOf(stateBucket: string): string {
  return `${stateBucket}-logs`;
}

/** The name of a bucket beside which the bucket of its access logs fits: at most 58 characters. */
export function checkStateBucketName(name: string): Problem | undefined {
  const length = logBucketNameOf(name).length;
  if (checkBucketName(name) || length <= 63) return checkBucketName(name);
  const rule = `must leave room for the bucket of its access logs, ${logBucketNameOf("<name>")}: at most 58 characters`;
  return problem(rule, name, `Shorten the name by ${length - 63}.`);
}

/**
 * A region. Only the form is checked: Google adds regions.
 *
 * @see https://docs.cloud.google.com/compute/docs/regions-zones
 */
export function checkRegion(region: string): Problem | undefined {
  if (REGION.test(region)) return undefined;
  const [, withoutZone] = /^([a-z]+-[a-z]+[0-9]{1,2})-[a-z]$/.exec(region) ?? [];
  const fix = withoutZone
    ? `Write ${withoutZone}, without the zone.`
    : "Write a region that `gcloud compute regions list` shows.";
  return problem("must be a region such as europe-west1", region, fix);
}

/**
 * The key of a label: 1 to 63 lower-case letters, digits, hyphens and underscores, a letter first.
 *
 * @see https://docs.cloud.google.com/resource-manager/docs/labels-overview#requirements
 */
export function checkLabelKey(key: string): Problem | undefined {
  if (LABEL_KEY.test(key)) return undefined;
  const rule = "must be 1 to 63 lower-case letters, digits, hyphens or underscores, starting with a letter";
  return problem(rule, key, "Write a key such as cost-center.");
}

/**
 * The value of a label: at most 63 lower-case letters, digits, hyphens and underscores; may be empty.
 * Google also takes letters of other scripts; we do not, since what is lower case there differs between products.
 *
 * @see https://docs.cloud.google.com/resource-manager/docs/labels-overview#requirements
 */
export function checkLabelValue(value: string): Problem | undefined {
  if (LABEL_VALUE.test(value)) return undefined;
  const rule = "must be at most 63 lower-case letters, digits, hyphens or underscores";
  return problem(rule, value, "Write a value such as search-team.");
}

/**
 * The key of a secret's annotation: 1 to 63 letters, digits, hyphens, underscores and dots, a letter or digit at both
 * ends. Values are free text.
 *
 * @see https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets#Secret
 */
export function checkAnnotationKey(key: string): Problem | undefined {
  if (ANNOTATION_KEY.test(key)) return undefined;
  const rule = "must be 1 to 63 letters, digits, hyphens, underscores or dots, with a letter or digit at both ends";
  return problem(rule, key, "Write a key such as department.");
}

/** An exact version of a Terraform provider: a range would let two runs use two versions. */
export function checkProviderVersion(version: string): Problem | undefined {
  if (PROVIDER_VERSION.test(version)) return undefined;
  const short = /^(?:0|[1-9][0-9]{0,5})\.(?:0|[1-9][0-9]{0,5})$/.test(version);
  const fix = short
    ? `Write all three numbers, such as ${version}.0.`
    : "Write three numbers without an operator, such as 6.50.0.";
  return problem("must be an exact version", version, fix);
}

/**
 * A GitHub repository as `owner/name`.
 *
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export function checkRepository(repository: string): Problem | undefined {
  if (REPOSITORY.test(repository)) return undefined;
  const bare = repository.replace(/^(?:https:\/\/github\.com\/|git@github\.com:)/, "").replace(/(?:\.git)?\/?$/, "");
  const fix = REPOSITORY.test(bare) ? `Write ${bare}.` : "Write the owner and the name, such as acme/gemini-keys.";
  return problem("must be owner/name of a GitHub repository", repository, fix);
}

/** @see checkChannelName */
export const CHANNEL_NAME = /^projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/notificationChannels\/[1-9][0-9]{0,30}$/;

/**
 * The name of a notification channel that exists. What is refused is not repeated: it may be the token of a channel.
 *
 * @see https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.notificationChannels
 */
export function checkChannelName(name: string): Problem | undefined {
  if (CHANNEL_NAME.test(name)) return undefined;
  const got = /^[1-9][0-9]{0,30}$/.test(name) ? name : `${name.length} characters of another form`;
  return {
    rule: "must be projects/<project id>/notificationChannels/<number>",
    got,
    fix: "Write what `gcloud beta monitoring channels list` shows as name. Tokens and addresses of channels stay at Google.",
  };
}
