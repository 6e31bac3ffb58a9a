import { OrgPolicyPolicy } from "@cdktf/provider-google/lib/org-policy-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkProjectId } from "../values/google-ids";
import { dependencies } from "./dependencies";
import { PropsCheck } from "./validation-error";

/** Enforced by default: no API keys bound to service accounts. */
const CONSTRAINT = "iam.managed.disableServiceAccountApiKeyCreation";

export interface ServiceAccountKeyPolicyProps {
  /** The id of the project whose keys Google refuses. */
  readonly projectId: string;

  /**
   * What has to exist first, e.g. `project.enabled("orgpolicy")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Lifts, for one project, the organization policy that forbids API keys bound to service accounts.
 *
 * Google is reported to exempt keys that may call the Gemini API and nothing else, as all of ours. Needed only where the
 * deployment of a key fails with the name of the constraint. It opens the project for such keys of any API: the keys of this
 * project should be made by code alone.
 *
 * @see https://docs.cloud.google.com/organization-policy/restrict-service-accounts
 */
export class ServiceAccountKeyPolicy extends Construct {
  /** What a key has to depend on. */
  readonly policy: ITerraformDependable;

  constructor(scope: Construct, id: string, props: ServiceAccountKeyPolicyProps) {
    super(scope, id);
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.throwIfAny();

    this.policy = new OrgPolicyPolicy(this, "Resource", {
      name: `projects/${props.projectId}/policies/${CONSTRAINT}`,
      parent: `projects/${props.projectId}`,
      spec: { rules: [{ enforce: "FALSE" }] },
      dependsOn: dependencies(props.dependsOn),
    });
  }
}
