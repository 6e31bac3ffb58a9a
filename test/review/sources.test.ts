import { NO_SURROUNDINGS } from "../../inventory/no-facts";
import type { PolicyFinding } from "../../policies/rule";
import { withChanges } from "../../review/fact-changes";
import { environmentView } from "../../review/view";
import { judge } from "../../stacks/judge";
import { change, declaredKey, grant, projectGrant, secret, TODAY } from "../helpers/facts";
import { around, changesOf, environmentOf, facts, reviewed, side, told } from "./sides";

const OPEN: PolicyFinding = {
  rule: "GEMKEY-IP-01",
  title: "A key is restricted to addresses",
  severity: "critical",
  environment: "prod",
  address: "google_apikeys_key.chat_g1",
  key: "chat",
  field: "allow",
  message: "chat works from everywhere.",
  fix: "Restrict it.",
};

describe("findings", () => {
  const review = (before: PolicyFinding[], after: PolicyFinding[]) =>
    environmentOf(side([facts()], { findings: before }), side([facts()], { findings: after }));

  test("are new, fixed or standing, whatever their line and words", () => {
    const moved = { ...OPEN, message: "Other words.", location: { file: "prod.yaml", line: 9, column: 1 } };
    const other = { ...OPEN, field: "owner", severity: "low" as const };
    const { findings, risk, status } = review([OPEN, { ...other, field: "purpose" }], [moved, other]);
    expect(findings).toEqual({ new: [other], fixed: [{ ...other, field: "purpose" }], standing: [moved] });
    expect({ risk, status }).toEqual({ risk: "low", status: "changed" });
  });

  test("of the same place are matched by their words first", () => {
    const [one, two] = [
      { ...OPEN, value: "1" },
      { ...OPEN, value: "2" },
    ];
    expect(review([two], [one, two]).findings).toEqual({ new: [one], fixed: [], standing: [two] });
  });

  test("whose waiver has ended are new, and waived ones are no risk", () => {
    const waived = { ...OPEN, waiver: { reason: "Tests", until: "2026-11-01", by: "ann@example.com" } };
    expect(review([waived], [OPEN]).findings.new).toEqual([OPEN]);
    const { findings, risk } = review([], [waived]);
    expect(findings.new).toEqual([waived]);
    expect(risk).toBeUndefined();
  });
});

describe("networks", () => {
  const egress = (key: string, addresses: string[]) => ({
    environment: "prod",
    key,
    network: "prod-egress",
    addresses,
  });
  const ips = (...allowedIps: string[]) =>
    facts({ apiKeys: [declaredKey({}, { allowedIps }), declaredKey({ name: "web" }, { allowedIps })] });
  const old = ["93.184.216.34"];
  const now = ["93.184.216.34", "93.184.216.36/30"];

  test("are named on every key that uses them", () => {
    const both = (addresses: string[]) => [egress("chat", addresses), egress("web", addresses)];
    const { changes } = environmentOf(
      side([ips(...old)], { networks: both(old) }),
      side([ips(...now)], { networks: both(now) }),
      { locate: (environment, place) => ({ file: `${environment}.yaml`, line: place.length, column: 1 }) },
    );
    expect(changes).toEqual(
      ["chat", "web"].map((key) => ({
        kind: "addresses-widened",
        risk: "medium",
        key,
        address: `google_apikeys_key.${key}_g1`,
        sentence: `${key} may now be used from 4 more addresses: 93.184.216.36/30 (network prod-egress).`,
        added: ["93.184.216.36/30"],
        networks: ["prod-egress"],
        location: { file: "prod.yaml", line: 3, column: 1 },
      })),
    );
  });
});

describe("waivers", () => {
  const waiver = {
    environment: "prod",
    rule: "GEMKEY-IP-03",
    reason: "Tests",
    until: "2027-01-31",
    by: "ann@example.com",
    path: ["keys", "chat", "waive", 0],
  };
  const review = (before: readonly (typeof waiver)[], after: readonly (typeof waiver)[]) =>
    told(environmentOf(side([facts()], { waivers: before }), side([facts()], { waivers: after })).changes);

  test.each([
    [
      [],
      [waiver],
      'medium waiver: GEMKEY-IP-03 no longer counts for chat until 2027-01-31: "Tests", by ann@example.com.',
    ],
    [
      [],
      [{ ...waiver, rule: "GEMKEY-IP-01", path: ["waive", 0] }],
      'high waiver: GEMKEY-IP-01 no longer counts for prod until 2027-01-31: "Tests", by ann@example.com.',
    ],
    [[waiver], [], "info waiver: GEMKEY-IP-03 counts for chat again: the waiver is gone."],
    [
      [waiver],
      [{ ...waiver, until: "2027-02-28" }],
      'medium waiver: The waiver of GEMKEY-IP-03 for chat ended on 2027-01-31 and ends on 2027-02-28: "Tests", by ann@example.com.',
    ],
    [
      [waiver],
      [{ ...waiver, until: "2026-12-31" }],
      'info waiver: The waiver of GEMKEY-IP-03 for chat ended on 2027-01-31 and ends on 2026-12-31: "Tests", by ann@example.com.',
    ],
    [
      [waiver],
      [{ ...waiver, until: "2026-11-01" }],
      "low waiver: The waiver of GEMKEY-IP-03 for chat ended on 2027-01-31 and ends on 2026-11-01, which is over.",
    ],
    [
      [waiver],
      [{ ...waiver, reason: "More tests" }],
      'info waiver: The waiver of GEMKEY-IP-03 for chat now says: "More tests", by ann@example.com.',
    ],
  ])("%#", (before, after, expected) => {
    expect(review(before as (typeof waiver)[], after as (typeof waiver)[])).toEqual([expected]);
  });
});

describe("environments", () => {
  test("that come and go are told, the untouched are counted", () => {
    const review = reviewed(side([facts({ name: "old" })]), side([facts({ name: "new" })]), { untouched: 7 });
    expect(
      review.environments.map(({ name, status, before, after }) => [name, status, before?.name, after?.name]),
    ).toEqual([
      ["new", "created", undefined, "new"],
      ["old", "removed", "old", undefined],
    ]);
    expect(review.untouched).toBe(7);
    expect(review.risk).toBe("critical");
    expect(review.notes).toEqual([
      {
        risk: "critical",
        text: "new looks like old under another name: it has the same project. The state goes by the name: new would begin with an empty one, and what is deployed would stay in that of old, which nothing declares any more. Keep the name, or move the state first, or Terraform makes every key anew.",
      },
    ]);
    expect(told(review.environments[1]!.changes)).toEqual([
      "critical project: The project acme-gemini-prod is removed, with every key in it.",
      "critical key-removed: chat is removed while generation 1 serves: whoever uses it fails at once.",
      "high budget: The budget of old is removed; it was 100 USD. Nobody is told what the keys cost.",
      "high spend-cap: The spend cap of old is removed; it was an amount that is not known. Nothing stops the spend.",
    ]);
  });

  test("a role on the project is told once for all keys", () => {
    const apiKeys = [declaredKey(), declaredKey({ name: "web" })];
    const viewer = projectGrant({ member: "user:ann@example.com", role: "roles/viewer" });
    expect(changesOf(facts({ apiKeys }), facts({ apiKeys, grants: [grant(), viewer] }))).toEqual([
      {
        kind: "reader-gained",
        risk: "high",
        sentence: "user:ann@example.com can now read any key of prod, by roles/viewer on the project.",
        added: ["user:ann@example.com"],
        after: "roles/viewer on the project",
      },
    ]);
  });
});

describe("rules on changes", () => {
  const rules = (before: ReturnType<typeof facts>, after: ReturnType<typeof facts>) =>
    judge(withChanges([before], [after]), undefined, { today: TODAY }).findings.filter(({ rule }) =>
      /ROT-0[67]/.test(rule),
    );

  test("judge code by what it would do", () => {
    const [found] = rules(facts(), facts({ apiKeys: [declaredKey({ generation: 2 })] }));
    expect([found?.rule, found?.message]).toEqual(["GEMKEY-ROT-06", "chat is deleted: generation 1 still serves."]);
  });

  test("find nothing where nothing changes, and leave a plan's changes alone", () => {
    expect(rules(facts(), facts())).toEqual([]);
    const plan = facts({ origin: "plan", changes: [change()] });
    expect(withChanges([facts()], [plan])).toEqual([plan]);
  });
});

describe("the view", () => {
  test("has every way to read a key", () => {
    const role = "google_project_iam_custom_role.planner";
    const view = environmentView({
      ...around({
        ...NO_SURROUNDINGS,
        customRoles: [{ address: role, roleId: "planner", permissions: ["apikeys.keys.getKeyString"] }],
      }),
      secrets: [secret()],
      grants: [
        grant(),
        grant({ member: "group:all@example.com", conditional: true }),
        grant({ member: "user:bob@example.com", role: "roles/secretmanager.viewer" }),
        projectGrant({ member: "user:ann@example.com", role }),
        projectGrant({ member: "user:ann@example.com", role: "roles/owner", on: "folder", resource: "folders/1" }),
        projectGrant({ member: "user:eve@example.com", role: "roles/owner", resource: "another-project" }),
        projectGrant({ member: "domain:example.com", role: "roles/logging.viewer" }),
      ],
    });
    const way = { conditional: false, many: false };
    const accessor = "roles/secretmanager.secretAccessor";
    expect(view.keys.map(({ name, readers, secret: id }) => ({ name, readers, id }))).toEqual([
      {
        name: "chat",
        id: "gemini-chat",
        readers: [
          { ...way, member: "group:all@example.com", role: accessor, via: "secret", conditional: true, many: true },
          { ...way, member: "serviceAccount:chat@acme-apps.iam.gserviceaccount.com", role: accessor, via: "secret" },
          { ...way, member: "user:ann@example.com", role: "roles/owner", via: "folder" },
          { ...way, member: "user:ann@example.com", role: "planner", via: "project" },
        ],
      },
    ]);
  });
});

test("an environment under another name and with another project is known by its keys", () => {
  const moved = facts({ name: "new" });
  const other = { ...moved, projects: moved.projects.map((project) => ({ ...project, projectId: "acme-other" })) };
  expect(reviewed(side([facts({ name: "old" })]), side([other])).notes).toEqual([
    {
      risk: "high",
      text: "new looks like old under another name: it has the same keys. The state goes by the name: new would begin with an empty one, and what is deployed would stay in that of old, which nothing declares any more. Keep the name, or move the state first, or Terraform makes every key anew.",
    },
  ]);
});
