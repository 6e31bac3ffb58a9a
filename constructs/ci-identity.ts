import { BillingAccountIamMember } from "@cdktf/provider-google/lib/billing-account-iam-member";
import { FolderIamMember } from "@cdktf/provider-google/lib/folder-iam-member";
import { IamWorkloadIdentityPool } from "@cdktf/provider-google/lib/iam-workload-identity-pool";
import { IamWorkloadIdentityPoolProvider } from "@cdktf/provider-google/lib/iam-workload-identity-pool-provider";
import { OrganizationIamMember } from "@cdktf/provider-google/lib/organization-iam-member";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { type Claims, checkClaimName, checkClaimValue, checkIssuer, conditionOf } from "../values/ci-claims";
import { checkBillingAccount, checkName, checkProjectId, checkServiceAccountId } from "../values/google-ids";
import type { Problem } from "../values/problem";
import { parentProblem } from "./cloud-project";
import { dependencies } from "./dependencies";
import { PropsCheck } from "./validation-error";

/** The longest id of a provider in a pool. @see https://docs.cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers/create */
const MAX_PROVIDER_ID = 32;

/** A system that signs tokens for its runs, and the tokens that may act as the identity. */
export interface CiTokens {
  /** The id of the provider in the pool: 4 to 32 lower-case letters, digits and hyphens. */
  readonly providerId: string;
  /** The issuer, as its tokens name it. */
  readonly issuer: string;
  /** Accepted audiences; none stands for the provider's own name at Google. */
  readonly audiences: readonly string[];
  /** What a token must say, each word of it. */
  readonly claims: Claims;
}

export interface CiIdentityProps {
  /** The id of the project that holds the service account and the pool. */
  readonly projectId: string;

  /**
   * The id of the service account and of the pool: 6 to 30 lower-case letters, digits and hyphens.
   * Cannot be changed later: both are replaced. Google keeps the id of a deleted pool for 30 days.
   */
  readonly accountId: string;

  /** What the identity is for, shown in the console. */
  readonly description: string;

  /**
   * Whose tokens may act as the service account, known at synthesis.
   *
   * @default - nobody's: there is no pool
   */
  readonly tokens?: readonly CiTokens[];

  /**
   * Roles in the project.
   *
   * @default - none
   */
  readonly projectRoles?: readonly string[];

  /**
   * `organizations/<number>` or `folders/<number>`, for `parentRoles`.
   *
   * @default - none
   */
  readonly parent?: string;

  /**
   * Roles on the parent.
   *
   * @default - none
   */
  readonly parentRoles?: readonly string[];

  /**
   * The billing account, e.g. `012345-6789AB-CDEF01`, for `billingRoles`.
   *
   * @default - none
   */
  readonly billingAccount?: string;

  /**
   * Roles on the billing account.
   *
   * @default - none
   */
  readonly billingRoles?: readonly string[];

  /**
   * The bucket for `bucketRoles`.
   *
   * @default - none
   */
  readonly bucket?: string;

  /**
   * Roles on the bucket.
   *
   * @default - none
   */
  readonly bucketRoles?: readonly string[];

  /**
   * What has to exist first, e.g. `project.enabled("iam")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * A service account without keys, and a workload identity pool of its own. Whoever gets into the pool is the service
 * account: the conditions of the pool's providers are the only place that says who that is.
 *
 * Google refuses tokens whose `sub` is longer than 127 bytes.
 *
 * @see https://docs.cloud.google.com/iam/docs/workload-identity-federation
 */
export class CiIdentity extends Construct {
  /** The e-mail address of the service account. */
  readonly email: string;

  /** The name at Google of each provider, by its id: what CI has to be told. */
  readonly providers: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: CiIdentityProps) {
    super(scope, id);
    this.validate(props);

    const account = new ServiceAccount(this, "Resource", {
      project: props.projectId,
      accountId: props.accountId,
      displayName: props.accountId,
      description: props.description,
      dependsOn: dependencies(props.dependsOn),
    });
    this.email = account.email;
    this.grantRoles(account.member, props);
    this.providers = props.tokens?.length ? this.createPool(account, props.tokens, props) : {};
  }

  private createPool(account: ServiceAccount, tokens: readonly CiTokens[], props: CiIdentityProps) {
    const pool = new IamWorkloadIdentityPool(this, "pool", {
      project: props.projectId,
      workloadIdentityPoolId: props.accountId,
      displayName: props.accountId,
      description: props.description,
      dependsOn: dependencies(props.dependsOn),
    });
    new ServiceAccountIamMember(this, "pool-user", {
      serviceAccountId: account.name,
      role: "roles/iam.workloadIdentityUser",
      // The name holds the project's number, as Google wants it here.
      member: `principalSet://iam.googleapis.com/${pool.name}/*`,
    });
    const providers = tokens.map((each) => [each.providerId, this.createProvider(pool, each, props).name] as const);
    return Object.fromEntries(providers);
  }

  private createProvider(pool: IamWorkloadIdentityPool, tokens: CiTokens, { projectId }: CiIdentityProps) {
    return new IamWorkloadIdentityPoolProvider(this, `provider-${tokens.providerId}`, {
      project: projectId,
      workloadIdentityPoolId: pool.workloadIdentityPoolId,
      workloadIdentityPoolProviderId: tokens.providerId,
      displayName: tokens.providerId,
      attributeMapping: mappingOf(tokens.claims),
      attributeCondition: conditionOf(tokens.claims),
      oidc: {
        issuerUri: tokens.issuer,
        allowedAudiences: tokens.audiences.length > 0 ? [...tokens.audiences] : undefined,
      },
    });
  }

  private grantRoles(member: string, props: CiIdentityProps): void {
    const { projectId: project, billingAccount: billingAccountId, bucket } = props;
    for (const role of rolesOf(props.projectRoles)) {
      new ProjectIamMember(this, `project-${nameOf(role)}`, { project, role, member });
    }
    const [kind, number] = props.parent?.split("/") ?? [];
    for (const role of number ? rolesOf(props.parentRoles) : []) {
      if (kind === "folders") new FolderIamMember(this, `folder-${nameOf(role)}`, { folder: number!, role, member });
      else new OrganizationIamMember(this, `organization-${nameOf(role)}`, { orgId: number!, role, member });
    }
    for (const role of billingAccountId ? rolesOf(props.billingRoles) : []) {
      new BillingAccountIamMember(this, `billing-${nameOf(role)}`, {
        billingAccountId: billingAccountId!,
        role,
        member,
      });
    }
    for (const role of bucket ? rolesOf(props.bucketRoles) : []) {
      new StorageBucketIamMember(this, `bucket-${nameOf(role)}`, { bucket: bucket!, role, member });
    }
  }

  private validate(props: CiIdentityProps): void {
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.value("accountId", props.accountId, checkServiceAccountId);
    check.problem("parent", parentProblem(props.parent));
    check.value("billingAccount", props.billingAccount, checkBillingAccount);
    for (const field of ["projectRoles", "parentRoles", "billingRoles", "bucketRoles"] as const) {
      check.knownList(field, props[field], checkRole);
    }
    props.tokens?.forEach(({ providerId, issuer, claims }, index) => {
      check.value(`tokens[${index}].providerId`, providerId, checkProviderId);
      check.value(`tokens[${index}].issuer`, issuer, checkIssuer);
      if (Object.keys(claims).length === 0) {
        const fix = "Without one, every token of the issuer would pass.";
        check.problem(`tokens[${index}].claims`, { rule: "must name at least one claim", got: "none", fix });
      }
      check.map(`tokens[${index}].claims`, claims, checkClaimName, checkClaimValue);
    });
    check.throwIfAny();
  }
}

/** The claims that the condition demands, as attributes: others may be missing, and a missing one refuses the token. */
function mappingOf(claims: Claims): Record<string, string> {
  const names = Object.keys(claims).filter((name) => name !== "sub" && /^[a-z0-9_]+$/.test(name));
  return {
    "google.subject": "assertion.sub",
    ...Object.fromEntries(names.map((name) => [`attribute.${name}`, `assertion.${name}`])),
  };
}

function rolesOf(roles: readonly string[] = []): string[] {
  return [...new Set(roles)].sort();
}

/** `storage-objectViewer` for `roles/storage.objectViewer`: part of an address. */
function nameOf(role: string): string {
  return role.slice("roles/".length).replace(".", "-");
}

function checkRole(role: string): Problem | undefined {
  if (/^roles\/[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/.test(role)) return undefined;
  return {
    rule: "must be a predefined role of one service",
    got: role,
    fix: "Write one such as roles/storage.objectViewer; roles/owner and roles/editor are for nobody here.",
  };
}

function checkProviderId(id: string): Problem | undefined {
  if (id.length < 4 || id.startsWith("gcp-")) {
    const fix = "Write an id such as github or oidc-gitlab.";
    return { rule: "must have at least 4 characters and not start with gcp-", got: id, fix };
  }
  const refused = checkName(id, MAX_PROVIDER_ID);
  return refused && { ...refused, fix: "Write an id such as github or oidc-gitlab." };
}
