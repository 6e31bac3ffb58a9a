import { GeminiProject } from "../../constructs/gemini-project";
import { ProjectRole, type ProjectRoleProps } from "../../constructs/project-role";
import { TeamAccess } from "../../constructs/team-access";
import { PLANNER_ROLE, TEAM_ROLES } from "../../values/access-roles";
import { checkPermission } from "../../values/permissions";
import { unsupportedPermissions } from "../../values/unsupported-permissions";
import { addresses, counts, messageOf, resource, synthTemplate, testStack } from "../helpers/synth-template";

const NOBODY = { developers: [], operators: [], administrators: [] };

const permissionsOf = ({ granted }: { granted: readonly { permission: string }[] }) =>
  granted.map(({ permission }) => permission);

test("a role that nobody holds is not made", () => {
  const stack = testStack();
  new TeamAccess(stack, "access", { projectId: "acme-gemini-prod", members: NOBODY });
  expect(counts(synthTemplate(stack))).toEqual({});
});

test("each team has its role, with the permissions of the catalogue and those added, sorted", () => {
  const stack = testStack();
  const project = new GeminiProject(stack, "project", { projectId: "acme-gemini-prod" });
  new TeamAccess(stack, "access", {
    projectId: project.projectId,
    members: {
      developers: ["group:b@example.com", "group:a@example.com", "group:b@example.com"],
      operators: [],
      administrators: ["group:c@example.com"],
    },
    extraPermissions: { ...NOBODY, developers: ["aaa.bbb.ccc", "apikeys.keys.get"] },
    dependsOn: project.enabled("iam"),
  });
  const template = synthTemplate(stack);
  expect(addresses(template).filter((address) => address.includes("access"))).toEqual([
    "google_project_iam_custom_role.access_administrators_Resource",
    "google_project_iam_custom_role.access_developers_Resource",
    "google_project_iam_member.access_administrators_member-group:c@example.com",
    "google_project_iam_member.access_developers_member-group:a@example.com",
    "google_project_iam_member.access_developers_member-group:b@example.com",
  ]);
  expect(resource(template, "google_project_iam_custom_role.access_developers_Resource")).toEqual({
    project: "acme-gemini-prod",
    role_id: "gemkeysDeveloper",
    title: "Gemini keys: developer",
    description: "Sees keys, secrets and their usage. Can use and change nothing.",
    stage: "GA",
    permissions: [...permissionsOf(TEAM_ROLES.developers), "aaa.bbb.ccc"].sort(),
    depends_on: ["google_project_service.project_iam"],
  });
  expect(resource(template, "google_project_iam_member.access_administrators_member-group:c@example.com")).toEqual({
    project: "acme-gemini-prod",
    role: "${google_project_iam_custom_role.access_administrators_Resource.name}",
    member: "group:c@example.com",
  });
});

describe("the catalogue", () => {
  const roles = { ...TEAM_ROLES, planner: PLANNER_ROLE };

  test.each(Object.entries(roles))("%s: each permission once, well formed, allowed in custom roles", (_name, role) => {
    const permissions = permissionsOf(role);
    expect(new Set(permissions).size).toBe(permissions.length);
    expect(
      permissions.filter((permission) => checkPermission(permission) || unsupportedPermissions.has(permission)),
    ).toEqual([]);
    expect(role.granted.filter(({ why }) => why.length < 5)).toEqual([]);
  });

  test("each kind may do what the one before may", () => {
    const [developers, operators, administrators] = Object.values(TEAM_ROLES).map(
      (role) => new Set(permissionsOf(role)),
    );
    expect([...developers!].filter((permission) => !operators!.has(permission))).toEqual([]);
    expect([...operators!].filter((permission) => !administrators!.has(permission))).toEqual([]);
  });

  test("developers see, and change and use nothing", () => {
    const verbs = permissionsOf(TEAM_ROLES.developers).map((permission) => permission.split(".").at(-1));
    expect([...new Set(verbs)].sort()).toEqual(["get", "list"]);
  });

  test("only administrators and planner read key strings, nobody what is in a secret, only administrators give access", () => {
    const holders = (permission: string) =>
      Object.entries(roles)
        .filter(([, role]) => permissionsOf(role).includes(permission))
        .map(([name]) => name);
    expect(holders("apikeys.keys.getKeyString")).toEqual(["administrators", "planner"]);
    expect(holders("secretmanager.versions.access")).toEqual([]);
    expect(holders("secretmanager.secrets.setIamPolicy")).toEqual(["administrators"]);
    expect(holders("resourcemanager.projects.setIamPolicy")).toEqual([]);
  });

  test("the planner changes nothing", () => {
    const verbs = permissionsOf(PLANNER_ROLE).map((permission) => permission.split(".").at(-1));
    expect([...new Set(verbs)].sort()).toEqual(["get", "getIamPolicy", "getKeyString", "list"]);
  });
});

describe("a role that is refused", () => {
  const MINIMAL: ProjectRoleProps = {
    projectId: "acme-gemini-prod",
    roleId: "reader",
    title: "Reader",
    description: "",
    permissions: ["apikeys.keys.get"],
    members: [],
  };
  const synth = (props: Partial<ProjectRoleProps>) => {
    const stack = testStack();
    new ProjectRole(stack, "role", { ...MINIMAL, ...props });
    return synthTemplate(stack);
  };

  test("the minimal one is not", () => {
    expect(counts(synth({}))).toEqual({ google_project_iam_custom_role: 1 });
  });

  test.each<[string, Partial<ProjectRoleProps>, string]>([
    [
      "a permission Google does not allow in custom roles",
      { permissions: ["resourcemanager.projects.list"] },
      "[test/role] `permissions[0]` must be allowed in custom roles of a project, got: resourcemanager.projects.list. Remove it: it is asked of the organization or folder that holds the projects, never of a project.",
    ],
    [
      "a wildcard",
      { permissions: ["apikeys.*"] },
      "[test/role] `permissions[0]` must be an IAM permission, got: apikeys.*. A custom role names each permission: wildcards are not taken.",
    ],
    [
      "no permission",
      { permissions: [] },
      "[test/role] `permissions` must hold at least one, got: none. A role without permissions does nothing.",
    ],
    [
      "everything else at once",
      { roleId: "a-b", title: "", description: "x".repeat(301), members: ["allUsers"] },
      [
        "[test/role] `roleId` must be 3 to 64 letters, digits, dots or underscores, got: a-b. Write an id such as keyReader.",
        "[test/role] `title` must have 1 to 100 characters, got: 0 characters. Write at least 1.",
        "[test/role] `description` must have at most 300 characters, got: 301 characters. Shorten it by 1.",
        "[test/role] `members[0]` must not be allUsers, which stands for everyone, got: allUsers. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
      ].join("\n"),
    ],
  ])("%s", (_title, props, message) => {
    expect(messageOf(() => synth(props))).toBe(message);
  });
});
