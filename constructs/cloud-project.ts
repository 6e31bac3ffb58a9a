import { Project } from "@cdktf/provider-google/lib/project";
import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { type ITerraformDependable, type TerraformResourceLifecycle, Token } from "cdktf";
import { Construct } from "constructs";
import { checkBillingAccount, checkLabelKey, checkLabelValue, checkParent, checkProjectId } from "../values/google-ids";
import type { Problem } from "../values/problem";
import { PropsCheck } from "./validation-error";

/** A Google service by the part of its name before `.googleapis.com`. */
export type ServiceName =
  | "apikeys"
  | "billingbudgets"
  | "cloudbilling"
  | "cloudkms"
  | "cloudquotas"
  | "cloudresourcemanager"
  | "compute"
  | "generativelanguage"
  | "iam"
  | "iamcredentials"
  | "logging"
  | "monitoring"
  | "orgpolicy"
  | "pubsub"
  | "secretmanager"
  | "serviceusage"
  | "storage"
  | "sts";

export interface CloudProjectProps {
  /**
   * The project's id: 6 to 30 lower-case letters, digits and hyphens.
   * Cannot be changed later: the project is replaced.
   *
   * @see https://cloud.google.com/resource-manager/docs/creating-managing-projects
   */
  readonly projectId: string;

  /**
   * The name shown in the console.
   *
   * @default - the project's id
   */
  readonly displayName?: string;

  /**
   * `organizations/<number>` or `folders/<number>`.
   *
   * @default - a project without a parent
   */
  readonly parent?: string;

  /**
   * The billing account's id, e.g. `012345-6789AB-CDEF01`.
   *
   * @default - no billing: what costs money cannot be used
   */
  readonly billingAccount?: string;

  /**
   * Labels of the project.
   *
   * @default - none
   */
  readonly labels?: Readonly<Record<string, string>>;

  /** Services to enable. The order has no meaning. */
  readonly services: readonly ServiceName[];

  /**
   * Take over a project that exists. Its name, parent, billing and labels stay as they are, and
   * destroying the stack leaves it in place.
   *
   * @default false
   */
  readonly adopt?: boolean;

  /**
   * Refuse to delete the project, in Terraform's plan and in the provider.
   *
   * @default false
   */
  readonly protect?: boolean;
}

/**
 * A Google Cloud project with its services enabled. It gets no default network, and a service once enabled is never
 * disabled by Terraform: that would stop at once whatever uses it.
 */
export class CloudProject extends Construct {
  /** The project's id, as given. */
  readonly projectId: string;

  /** The project's number, known after the first deployment. */
  readonly projectNumber: string;

  private readonly services = new Map<ServiceName, ProjectService>();

  constructor(scope: Construct, id: string, props: CloudProjectProps) {
    super(scope, id);
    this.validate(props);

    const project = this.createProject(props);
    this.projectId = props.projectId;
    this.projectNumber = project.number;

    for (const name of [...new Set(props.services)].sort()) this.services.set(name, this.createService(name, project));
  }

  /**
   * What a resource that calls these services has to depend on.
   *
   * @throws Error if the project does not enable one of them.
   */
  enabled(...names: readonly ServiceName[]): ITerraformDependable[] {
    return names.map((name) => {
      const service = this.services.get(name);
      if (!service) throw new Error(`[${this.node.path}] the project does not enable ${name}.googleapis.com.`);
      return service;
    });
  }

  private validate(props: CloudProjectProps): void {
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.problem("parent", parentProblem(props.parent));
    check.value("billingAccount", props.billingAccount, checkBillingAccount);
    check.map("labels", props.labels, checkLabelKey, checkLabelValue);
    check.throwIfAny();
  }

  private createProject(props: CloudProjectProps): Project {
    const [kind, number] = props.parent?.split("/") ?? [];
    return new Project(this, "Resource", {
      projectId: props.projectId,
      name: props.displayName ?? props.projectId,
      orgId: kind === "organizations" ? number : undefined,
      folderId: kind === "folders" ? number : undefined,
      billingAccount: props.billingAccount,
      labels: props.labels,
      // Removing the default network takes the Compute API, which takes billing; without it no network is made either.
      // An import reads the value as true, and no update follows.
      autoCreateNetwork: props.adopt === true || props.billingAccount === undefined,
      deletionPolicy: deletionPolicy(props),
      lifecycle: lifecycle(props),
    });
  }

  private createService(name: ServiceName, project: Project): ProjectService {
    return new ProjectService(this, name, {
      project: project.projectId,
      service: `${name}.googleapis.com`,
      // Explicit: provider 6 disables by default, 7 and later do not.
      disableOnDestroy: false,
    });
  }
}

/** The provider has a field for each kind of parent, so the kind has to be known; the number may be a token. */
export function parentProblem(parent: string | undefined): Problem | undefined {
  if (parent === undefined) return undefined;
  if (!Token.isUnresolved(parent)) return checkParent(parent);
  if (/^(organizations|folders)\//.test(parent)) return undefined;
  return {
    rule: "must be organizations/<number> or folders/<number>",
    got: "a token",
    fix: "Only the number may be known later: write the kind in front of it, such as `folders/${folder.folderId}`.",
  };
}

function deletionPolicy(props: CloudProjectProps): string {
  if (props.protect) return "PREVENT";
  return props.adopt ? "ABANDON" : "DELETE";
}

function lifecycle(props: CloudProjectProps): TerraformResourceLifecycle | undefined {
  if (!props.protect && !props.adopt) return undefined;
  return {
    ...(props.protect ? { preventDestroy: true } : {}),
    ...(props.adopt
      ? { ignoreChanges: ["auto_create_network", "billing_account", "folder_id", "labels", "name", "org_id"] }
      : {}),
  };
}
