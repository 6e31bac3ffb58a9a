import { LocalBackend, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { CiIdentity, type CiTokens } from "../constructs/ci-identity";
import { CloudProject, type ServiceName } from "../constructs/cloud-project";
import { StateBucket } from "../constructs/state-bucket";
import type { Bootstrap, CiSystem, Organization } from "../declaration/model";
import { DEPLOYER_ID, PLANNER_ID } from "../values/key-names";
import { GemkeysStack } from "./gemkeys-stack";
import type { PolicyCheck } from "./policy-check";

/** The id of the stack; no environment has this name. */
const BOOTSTRAP = "bootstrap";

/** Beside `cdktf.out`, from the folder of the stack, where Terraform runs: no path of a machine is synthesized. */
const LOCAL_STATE = "../../../terraform.bootstrap.tfstate";

/** The services that the stacks of environments call: each call counts against the quota of the admin project. */
const SERVICES: readonly ServiceName[] = [
  "apikeys",
  "billingbudgets",
  "cloudbilling",
  "cloudquotas",
  "cloudresourcemanager",
  "compute",
  "iam",
  "iamcredentials",
  "logging",
  "monitoring",
  "orgpolicy",
  "pubsub",
  "secretmanager",
  "serviceusage",
  "storage",
  "sts",
];

/** Calls count against the admin project's quota. */
const QUOTA_ROLE = "roles/serviceusage.serviceUsageConsumer";

export interface BootstrapStackProps {
  readonly organization: Organization;
  readonly bootstrap: Bootstrap;
  /** Whether an environment lifts an organization policy: the deployer has to be allowed to. */
  readonly changesOrganizationPolicy: boolean;
  /** Keep the state in a file: for as long as the state bucket does not exist. */
  readonly localState: boolean;
  readonly policies: PolicyCheck;
}

/**
 * What has to exist before an environment: the admin project, the bucket of the state, and who plans and deploys. A
 * person deploys it, and CI does not plan it: neither identity may change what it is itself.
 */
export class BootstrapStack extends GemkeysStack {
  constructor(scope: Construct, props: BootstrapStackProps) {
    const { bootstrap, organization, localState } = props;
    super(scope, BOOTSTRAP, organization, props.policies);
    if (localState) new LocalBackend(this, { path: LOCAL_STATE });
    else this.keepState(organization);
    // The admin project cannot be billed for the calls that make it.
    this.configureProvider(undefined);

    const project = this.createProject(bootstrap, organization);
    const bucket = this.createBucket(bootstrap, project);
    const identities = this.createIdentities(props, project, bucket);

    new TerraformOutput(this, "project_number", { value: project.projectNumber });
    if (bucket) new TerraformOutput(this, "state_bucket", { value: bucket.bucketName });
    for (const [name, { email, providers }] of Object.entries(identities)) {
      new TerraformOutput(this, `${name}_email`, { value: email });
      new TerraformOutput(this, `${name}_providers`, { value: providers });
    }
  }

  private createProject({ project, protected: protect, stateBucket }: Bootstrap, organization: Organization) {
    if (project.adopt) this.importProject(project.id);
    return new CloudProject(this, "project", {
      projectId: project.id,
      parent: organization.parent,
      billingAccount: organization.billingAccount,
      labels: { "managed-by": "gemkeys" },
      services: [...SERVICES, ...(stateBucket?.encryptionRotationDays ? ["cloudkms" as const] : [])],
      adopt: project.adopt,
      protect,
    });
  }

  private createBucket({ stateBucket, protected: protect }: Bootstrap, project: CloudProject): StateBucket | undefined {
    if (!stateBucket) return undefined;
    return new StateBucket(this, "state", {
      projectId: project.projectId,
      bucketName: stateBucket.name,
      region: stateBucket.region,
      keepVersionsDays: stateBucket.keepVersionsDays,
      encryptionRotationDays: stateBucket.encryptionRotationDays,
      protect,
      dependsOn: project.enabled("storage", ...(stateBucket.encryptionRotationDays ? ["cloudkms" as const] : [])),
    });
  }

  /** The roles are exact and no more. What an identity needs inside an environment's project, its stack gives. */
  private createIdentities(props: BootstrapStackProps, project: CloudProject, bucket: StateBucket | undefined) {
    const { bootstrap, organization, changesOrganizationPolicy } = props;
    const shared = {
      projectId: project.projectId,
      projectRoles: [QUOTA_ROLE],
      parent: organization.parent,
      billingAccount: organization.billingAccount,
      bucket: bucket?.bucketName,
      dependsOn: project.enabled("cloudbilling", "cloudresourcemanager", "iam"),
    };
    const planner = new CiIdentity(this, "planner", {
      ...shared,
      accountId: PLANNER_ID,
      description: "Plans the environments of gemkeys. Planning reads every key string.",
      tokens: bootstrap.ciSystems.map((system) => tokensOf(system, "planner")),
      billingRoles: ["roles/billing.viewer"],
      // It cannot write, not even a lock: `terraform plan -lock=false`.
      bucketRoles: ["roles/storage.objectViewer"],
    });
    const deployer = new CiIdentity(this, "deployer", {
      ...shared,
      accountId: DEPLOYER_ID,
      description: "Deploys the environments of gemkeys, and owns the projects it makes.",
      tokens: bootstrap.ciSystems.map((system) => tokensOf(system, "deployer")),
      parentRoles: [
        "roles/resourcemanager.projectCreator",
        // Google grants this role on organizations only.
        ...(changesOrganizationPolicy && isOrganization(organization.parent) ? ["roles/orgpolicy.policyAdmin"] : []),
      ],
      billingRoles: ["roles/billing.user", "roles/billing.costsManager"],
      bucketRoles: ["roles/storage.objectUser"],
    });
    return { planner, deployer };
  }
}

function isOrganization(parent: string | undefined): boolean {
  return parent?.startsWith("organizations/") === true;
}

/** `github` is the name of its provider; the others are apart from it, and long enough for Google. */
function tokensOf(system: CiSystem, identity: "planner" | "deployer"): CiTokens {
  return {
    providerId: system.name === "github" ? system.name : `oidc-${system.name}`,
    issuer: system.issuer,
    audiences: system.audiences,
    claims: system[identity],
  };
}
