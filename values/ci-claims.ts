import { type Problem, problem } from "./problem";

/** Claims of an OIDC token and the exact value each must have. */
export type Claims = Readonly<Record<string, string>>;

/** The issuer of GitHub Actions. @see https://docs.github.com/en/actions/reference/security/oidc */
export const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";

/** The name of a claim. */
export const CLAIM_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** The value of a claim: printable, without what could end a CEL string or stand for several values. */
export const CLAIM_VALUE = /^(?!.*\*)[A-Za-z0-9_.:/@+=~ -]{1,200}$/;
/** A git branch by its full name, without `refs/heads/`. */
export const BRANCH = /^(?!refs\/)(?!.*(?:\.\.|\/\/|\.lock$|\/$))[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}$/;
/** A deployment environment of GitHub, as far as it can stand in a condition. */
export const GITHUB_ENVIRONMENT = /^[A-Za-z0-9_][A-Za-z0-9_ ./-]{0,199}$/;
/** An issuer: https, without query and fragment. @see https://openid.net/specs/openid-connect-core-1_0.html#IssuerIdentifier */
export const ISSUER = /^https:\/\/[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~-]+)*\/?$/;

/** In bytes. @see checkSubject */
const MAX_SUBJECT = 127;

/** One of these has to be named: an issuer such as gitlab.com signs tokens for everybody. */
export const REPOSITORY_CLAIMS = ["sub", "repository", "repository_id", "project_path", "project_id"];
/** One of these has to be named for a deployer: without it every branch could deploy. */
export const BRANCH_CLAIMS = ["ref", "sub"];

/** The exact name of one branch: a pattern would let others deploy. */
export function checkBranch(branch: string): Problem | undefined {
  if (BRANCH.test(branch)) return undefined;
  if (/[*?[\]{}^$|()\\]/.test(branch)) {
    const fix = "Whoever can push a matching branch could deploy: write the protected branch, such as main.";
    return problem("must be one branch, not a pattern", branch, fix);
  }
  const bare = branch.replace(/^refs\/heads\//, "");
  const fix = bare !== branch && BRANCH.test(bare) ? `Write ${bare}.` : "Write its name, such as main.";
  return problem("must be the name of a branch", branch, fix);
}

export function checkGithubEnvironment(name: string): Problem | undefined {
  if (GITHUB_ENVIRONMENT.test(name)) return undefined;
  const rule = "must be the name of one deployment environment, 1 to 200 letters, digits, spaces or . _ / -";
  return problem(rule, name, "Write it as GitHub shows it, such as production.");
}

/** @see https://docs.github.com/en/rest/repos/repos */
export function checkRepositoryId(id: string): Problem | undefined {
  if (/^[1-9][0-9]{0,19}$/.test(id)) return undefined;
  const fix = "Write what `gh api repos/<owner>/<name> --jq .id` shows, in quotes.";
  return problem("must be the number of a GitHub repository", id, fix);
}

export function checkIssuer(issuer: string): Problem | undefined {
  if (ISSUER.test(issuer)) return undefined;
  const fix = issuer.startsWith("http://")
    ? "Google takes https only."
    : "Write it as the issuer's tokens name it, such as https://gitlab.com.";
  return problem("must be the https address of an OIDC issuer", issuer, fix);
}

export function checkClaimName(name: string): Problem | undefined {
  if (CLAIM_NAME.test(name)) return undefined;
  return problem(
    "must be the name of a claim: letters, digits and underscores",
    name,
    "Write one such as project_path.",
  );
}

/** The exact value of a claim. */
export function checkClaimValue(value: string): Problem | undefined {
  if (CLAIM_VALUE.test(value)) return undefined;
  if (value.includes("*")) {
    const fix = "Claims are compared as they are: write the one value that may pass.";
    return problem("must be one value, not a pattern", value, fix);
  }
  return problem(
    "must be 1 to 200 letters, digits, spaces or _ . : / @ + = ~ -",
    value,
    "Write the claim's exact value.",
  );
}

/**
 * The value of the claim `sub`, which becomes the name of the caller at Google: at most 127 bytes.
 *
 * @see https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers
 */
export function checkSubject(sub: string): Problem | undefined {
  if (Buffer.byteLength(sub) <= MAX_SUBJECT) return undefined;
  const fix = "Google refuses a token with a longer one: shorten the names it is made of.";
  return problem(`must have at most ${MAX_SUBJECT} characters`, sub, fix);
}

/** Whether no token can pass both: one claim has to have two different values. */
export function exclude(a: Claims, b: Claims): boolean {
  return Object.keys(a).some((name) => name in b && a[name] !== b[name]);
}

/** A condition in CEL that is true for exactly the tokens with these claims. */
export function conditionOf(claims: Claims): string {
  return Object.entries(claims)
    .map(([name, value]) => `assertion.${name} == "${value}"`)
    .join(" && ");
}

/** What identifies a repository on GitHub, and the branch and environment that deploy. */
export interface GithubRepository {
  /** `owner/name`. */
  readonly repository: string;
  /** The number keeps its meaning when a name is given up and taken by somebody else. */
  readonly repositoryId?: string;
  readonly branch: string;
  readonly environment: string;
}

/** The claims of a pull request's workflow run. A run for a fork gets no token at all. */
export function githubPlanner({ repository, repositoryId }: GithubRepository): Claims {
  return { repository, ...numbered(repositoryId), event_name: "pull_request" };
}

/**
 * The claims of a run that may deploy: on a push to the branch, which has to be protected, in the environment. Other
 * events, such as `pull_request_target`, also run on the branch, with input from strangers.
 *
 * @see https://docs.github.com/en/actions/reference/security/oidc
 */
export function githubDeployer({ repository, repositoryId, branch, environment }: GithubRepository): Claims {
  const ref = { ref: `refs/heads/${branch}`, ref_protected: "true" };
  return { repository, ...numbered(repositoryId), event_name: "push", ...ref, environment };
}

function numbered(repositoryId: string | undefined): Claims {
  return repositoryId === undefined ? {} : { repository_id: repositoryId };
}
