import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { TEAM_ROLES } from "../values/access-roles";
import { ProjectRole } from "./project-role";

type TeamName = keyof typeof TEAM_ROLES;

const TEAMS = Object.keys(TEAM_ROLES) as TeamName[];

export interface TeamAccessProps {
  /** The id of the project. */
  readonly projectId: string;

  /** IAM members of each kind, known at synthesis. A role that nobody holds is not made. */
  readonly members: Readonly<Record<TeamName, readonly string[]>>;

  /**
   * Permissions of the roles besides those of docs/access.md.
   *
   * @default - none
   */
  readonly extraPermissions?: Readonly<Record<TeamName, readonly string[]>>;

  /**
   * What has to exist first, e.g. `project.enabled("iam")`.
   *
   * @default - nothing
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * What people may do in a project with keys: developers see, operators keep it running, administrators issue and retire.
 * Each kind has a custom role; nobody gets a basic role.
 */
export class TeamAccess extends Construct {
  constructor(scope: Construct, id: string, props: TeamAccessProps) {
    super(scope, id);
    for (const team of TEAMS.filter((name) => props.members[name].length > 0)) {
      const { roleId, title, description, granted } = TEAM_ROLES[team];
      new ProjectRole(this, team, {
        projectId: props.projectId,
        roleId,
        title,
        description,
        permissions: [...granted.map(({ permission }) => permission), ...(props.extraPermissions?.[team] ?? [])],
        members: props.members[team],
        dependsOn: props.dependsOn,
      });
    }
  }
}
