import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { checkIamMember, checkLength, checkProjectId } from "../values/google-ids";
import { checkCustomRolePermission, checkPermission } from "../values/permissions";
import { type Problem, problem } from "../values/problem";
import { dependencies } from "./dependencies";
import { PropsCheck } from "./validation-error";

export interface ProjectRoleProps {
  /** The id of the project. */
  readonly projectId: string;

  /**
   * The role's id: 3 to 64 letters, digits, dots and underscores.
   * Cannot be changed later: the role is replaced, and its id stays taken for 37 days.
   *
   * @see https://docs.cloud.google.com/iam/docs/creating-custom-roles
   */
  readonly roleId: string;

  /** At most 100 characters. */
  readonly title: string;

  /** At most 300 characters. */
  readonly description: string;

  /** At least one, known at synthesis. The order has no meaning. */
  readonly permissions: readonly string[];

  /** IAM members that hold the role, known at synthesis. The order has no meaning. */
  readonly members: readonly string[];

  /**
   * What has to exist first, e.g. `project.enabled("iam")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** A custom role of a project, with those who hold it. */
export class ProjectRole extends Construct {
  constructor(scope: Construct, id: string, props: ProjectRoleProps) {
    super(scope, id);
    this.validate(props);
    const role = new ProjectIamCustomRole(this, "Resource", {
      project: props.projectId,
      roleId: props.roleId,
      title: props.title,
      description: props.description,
      stage: "GA",
      permissions: [...new Set(props.permissions)].sort(),
      dependsOn: dependencies(props.dependsOn),
    });
    for (const member of [...new Set(props.members)].sort()) {
      new ProjectIamMember(this, `member-${member}`, { project: props.projectId, role: role.name, member });
    }
  }

  private validate(props: ProjectRoleProps): void {
    const check = new PropsCheck(this);
    check.value("projectId", props.projectId, checkProjectId);
    check.value("roleId", props.roleId, checkRoleId);
    check.value("title", props.title, (title) => checkLength(title, 1, 100));
    check.value("description", props.description, (description) => checkLength(description, 0, 300));
    if (props.permissions.length === 0) {
      check.problem(
        "permissions",
        problem("must hold at least one", "none", "A role without permissions does nothing."),
      );
    }
    // Whoever makes a role decides who may hold what: only what Google refuses is refused here.
    check.knownList(
      "permissions",
      props.permissions,
      (permission) => checkPermission(permission) ?? checkCustomRolePermission("administrators", permission),
    );
    check.knownList("members", props.members, checkIamMember);
    check.throwIfAny();
  }
}

function checkRoleId(id: string): Problem | undefined {
  if (/^[A-Za-z0-9_.]{3,64}$/.test(id)) return undefined;
  return problem("must be 3 to 64 letters, digits, dots or underscores", id, "Write an id such as keyReader.");
}
