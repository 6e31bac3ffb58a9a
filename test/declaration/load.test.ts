import { formatNote } from "../../declaration/finding";
import { loadConfig } from "../../declaration/load";
import { ENVIRONMENT, files, inConfigFolder, ORGANIZATION } from "../helpers/config-folder";

const NOBODY = { developers: [], operators: [], administrators: [] };
const NOW = new Date("2026-11-24T12:00:00Z");

test("a minimal configuration is accepted and resolved", () => {
  const minimal = files({
    "organization.yaml":
      "name: a\nstate: { hcpTerraform: { organization: acme } }\nterraform: { googleProvider: 7.45.0 }\nteams: {}\n",
    "environments/prod.yaml": "project: acme-gemini-prod\nkeys: {}\n",
  });
  expect(inConfigFolder(minimal, () => loadConfig("config", NOW))).toEqual({
    declaration: {
      organization: {
        name: "a",
        parent: undefined,
        billingAccount: undefined,
        adminProject: undefined,
        state: { kind: "hcpTerraform", organization: "acme" },
        googleProvider: "7.45.0",
        deployers: [],
        planners: [],
        extraPermissions: NOBODY,
        criticalWaivers: [],
        deployOrder: [],
        bootstrap: undefined,
      },
      environments: [
        {
          name: "prod",
          project: { id: "acme-gemini-prod", adopt: false },
          protected: false,
          budget: undefined,
          access: NOBODY,
          monitoring: undefined,
          audit: undefined,
          quotas: [],
          allowServiceAccountKeys: false,
          waivers: [],
          keys: [],
        },
      ],
    },
    files: expect.anything(),
    notes: [],
    locate: expect.any(Function),
  });
});

test("a full environment is resolved: names to values, addresses merged, lists sorted", () => {
  const full = files({
    "environments/prod.yaml": `project: { id: gen-lang-client-0123456789, adopt: true }
protected: true
budget:
  monthly: 2000 USD
  alertAt: [50, 120]
  forecastAt: [100]
  notify: { emails: [b@example.com, a@example.com], pubsub: true }
  cap: 2500 USD
access:
  developers: [group:gcp-search@example.com]
keys:
  web:
    owner: search
    purpose: "  Answers questions "
    allow: [prod-egress, 8.8.4.7, 8.8.8.9]
    readers: [user:b@example.com, group:a@example.com, user:b@example.com]
    rotateEvery: 90d
    generations:
      - { number: 2, created: 2026-08-01, phase: draining }
      - { number: 3, created: 2026-11-01, phase: serving }
      - { number: 5, created: 2026-11-20, phase: prepared }
  app:
    owner: search
    purpose: Another
    allow: [1.1.1.1]
    generations:
      - { number: 1, created: 2026-11-01, phase: serving }
`,
  });
  const { declaration, notes } = inConfigFolder(full, () => loadConfig("config", NOW));
  const [prod] = declaration.environments;
  expect(prod!.project).toEqual({ id: "gen-lang-client-0123456789", adopt: true });
  expect(prod!.protected).toBe(true);
  expect(prod!.budget).toEqual({
    monthly: { units: 2000, currency: "USD" },
    alertAt: [50, 120],
    forecastAt: [100],
    emails: ["b@example.com", "a@example.com"],
    pubsub: true,
    cap: { units: 2500, currency: "USD" },
  });
  expect(prod!.keys.map(({ name }) => name)).toEqual(["app", "web"]);
  expect(prod!.keys[1]).toEqual({
    name: "web",
    owner: { name: "search", group: "gcp-search@example.com" },
    purpose: "Answers questions",
    allow: ["8.8.4.0/24", "8.8.8.8/31"],
    readers: ["group:a@example.com", "user:b@example.com"],
    rotateEveryDays: 90,
    generations: [
      { number: 2, created: "2026-08-01", phase: "draining" },
      { number: 3, created: "2026-11-01", phase: "serving" },
      { number: 5, created: "2026-11-20", phase: "prepared" },
    ],
  });
  expect(notes.map(formatNote)).toEqual([
    "config/environments/prod.yaml:8:3: `budget.cap`: checked, but nothing is made of it yet.",
    "config/environments/prod.yaml:15:5: `keys.web.allow`: merged, 8.8.4.7 lies in 8.8.4.0/24.",
    "config/environments/prod.yaml:15:5: `keys.web.allow`: merged, 8.8.8.8 and 8.8.8.9 join to 8.8.8.8/31.",
  ]);
});

test("a note says what bootstrap cannot give to a deployer in a folder", () => {
  const organization = `${ORGANIZATION.replace("organizations/", "folders/")}region: europe-west1\nbootstrap: {}\n`;
  const environment = `${ENVIRONMENT}allowServiceAccountKeys: true\n`;
  const changed = files({ "organization.yaml": organization, "environments/prod.yaml": environment });
  const { notes } = inConfigFolder(changed, () => loadConfig("config", NOW));
  expect(notes.map(formatNote)).toEqual([
    "config/environments/prod.yaml:13:1: `allowServiceAccountKeys`: bootstrap cannot allow the deployer to: Google grants roles/orgpolicy.policyAdmin on an organization only.",
  ]);
});
