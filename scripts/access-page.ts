import { type AccessRole, PLANNER_ROLE, TEAM_ROLES } from "../values/access-roles";

const TEAMS: readonly (readonly [string, AccessRole])[] = Object.entries(TEAM_ROLES);

/** The page `docs/access.md`: who may do what in an environment's project, and with which permission. */
export function accessPage(): string {
  return `<!-- Written by \`npm run generate\` from values/access-roles.ts. Do not edit. -->

# Who may do what

\`access\` of an environment names three kinds of people. Each gets a custom role in the environment's project, and may do
what the one before may. Nobody gets a basic role (Viewer, Editor, Owner): every one of them reads key strings.

${TEAMS.map(([team, { roleId, description }]) => `- **${team}** (\`${roleId}\`). ${description}`).join("\n")}

\`extraPermissions\` in organization.yaml adds permissions to a role. What Google does not allow in custom roles is refused, and
so is, for developers and operators, what reads a key or gives access.

| may | ${TEAMS.map(([team]) => team).join(" | ")} |
| --- | ${TEAMS.map(() => ":-:").join(" | ")} |
${rows().join("\n")}

Not in any of these roles: reading what is in a secret, which is for the \`readers\` of a key; changing access to the project;
creating keys of a service account (JSON files).

**Taking one reader away** is a change of the secret's policy, and whoever may make it may also add themselves. So it is for
administrators, or for a pull request that removes the reader. Operators cut off all readers of a version, or stop the key itself.

## The planner

\`planners\` (left out: the planner that \`bootstrap\` makes) hold the role \`${PLANNER_ROLE.roleId}\` in every environment's project.
${PLANNER_ROLE.description} **Whoever may plan may read every key:** the provider reads the string of each key at each refresh.

| reads | permission |
| --- | --- |
${byReason(PLANNER_ROLE)
  .map(([why, permissions]) => `| ${why} | ${code(permissions)} |`)
  .join("\n")}

## The deployer

Google makes the creator of a project its owner, so the deployer owns the projects it creates. What it needs besides is in
[bootstrap.md](bootstrap.md).
`;
}

/** A row for each thing somebody may do, in the order of the catalogue, with its permissions. */
function rows(): string[] {
  const granted = TEAM_ROLES.administrators;
  return byReason(granted).map(([why, permissions]) => {
    const marks = TEAMS.map(([, role]) => {
      const held = role.granted.filter(({ permission }) => permissions.includes(permission)).length;
      return held === permissions.length ? "yes" : "";
    });
    return `| ${why}<br>${code(permissions)} | ${marks.join(" | ")} |`;
  });
}

function byReason({ granted }: AccessRole): [string, string[]][] {
  const reasons = new Map<string, string[]>();
  for (const { why, permission } of granted) reasons.set(why, [...(reasons.get(why) ?? []), permission]);
  return [...reasons];
}

function code(permissions: readonly string[]): string {
  return permissions.map((permission) => `\`${permission}\``).join(" ");
}
