import * as fs from "node:fs";
import * as path from "node:path";
import { loadConfig } from "../../declaration/load";
import { FULL_BOOTSTRAP, GITHUB_SYSTEM, GITLAB_SYSTEM, synthBootstrap } from "../helpers/bootstrap";
import { files, inConfigFolder } from "../helpers/config-folder";
import { NOW } from "../helpers/sample";

// docs/bootstrap.md says what is made: its examples are loaded, and its table of roles is compared with the stack.

const PAGE = fs.readFileSync(path.join(__dirname, "../../docs/bootstrap.md"), "utf8");
const EXAMPLES = [...PAGE.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text!);
const REST = "name: acme\nterraform: { googleProvider: 6.50.0 }\nteams: { search: { group: search@example.com } }\n";

function bootstrapOf(organization: string) {
  const content = files({
    "organization.yaml": organization,
    "environments/prod.yaml": "project: acme-gemini-prod\nkeys: {}\n",
  });
  return inConfigFolder(content, () => loadConfig("config", NOW).declaration.organization.bootstrap!);
}

function example(start: string): string {
  const found = EXAMPLES.find((text) => text.startsWith(start));
  if (found === undefined) throw new Error(`no example begins with ${start}`);
  return found;
}

test("the first example is a whole bootstrap, with GitHub", () => {
  const { project, stateBucket, ciSystems } = bootstrapOf(REST + example("# config/organization.yaml"));
  expect(project).toEqual({ id: "acme-gemini-admin", adopt: false });
  expect(stateBucket).toMatchObject({ name: "acme-gemini-state", encryptionRotationDays: 90 });
  expect(ciSystems).toEqual([GITHUB_SYSTEM]);
});

test("the example of GitLab is the one whose tokens are tested", () => {
  const organization = example("# config/organization.yaml").replace(/^ci:[\s\S]*/m, "") + example("ci:");
  expect(bootstrapOf(REST + organization).ciSystems).toEqual([GITLAB_SYSTEM]);
});

test.each([
  ["planner", 2],
  ["deployer", 3],
])("the table of roles is what the stack gives to the %s", (identity, column) => {
  const organization = {
    parent: "organizations/123456789012",
    billingAccount: "012345-6789AB-CDEF01",
    state: { kind: "gcs", bucket: "acme-gemini-state" },
  } as const;
  const template = synthBootstrap(FULL_BOOTSTRAP, organization, { changesOrganizationPolicy: true });
  const given = Object.values(template.resource!)
    .flatMap((resources) => Object.values(resources))
    .filter(({ member }) => String(member).includes(`google_service_account.${identity}.member`))
    .map(({ role }) => role);
  const rows = PAGE.slice(PAGE.indexOf("| where | planner"), PAGE.indexOf("**Whoever plans")).split("\n");
  const told = rows.flatMap((row) =>
    [...(row.split("|")[column] ?? "").matchAll(/`(roles\/[\w.]+)`/g)].map(([, role]) => role),
  );
  expect(told.sort()).toEqual(given.sort());
});
