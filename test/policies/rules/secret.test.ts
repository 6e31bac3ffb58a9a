import { UNKNOWN } from "../../../inventory/facts";
import { accessIsOfNoDomain } from "../../../policies/rules/access-is-of-no-domain";
import { noBasicRoles } from "../../../policies/rules/no-basic-roles";
import { productionSecretIsReadBySoftware } from "../../../policies/rules/production-secret-is-read-by-software";
import { readerIsNamedOnItsSecret } from "../../../policies/rules/reader-is-named-on-its-secret";
import { readerRoleIsAccessor } from "../../../policies/rules/reader-role-is-accessor";
import { secretHasFewReaders } from "../../../policies/rules/secret-has-few-readers";
import { secretHasNoCrowdOfReaders } from "../../../policies/rules/secret-has-no-crowd-of-readers";
import { secretIsNotPublic } from "../../../policies/rules/secret-is-not-public";
import { secretIsReadInItsEnvironment } from "../../../policies/rules/secret-is-read-in-its-environment";
import { secretValueIsWriteOnly } from "../../../policies/rules/secret-value-is-write-only";
import {
  ACCESSOR,
  apiKey,
  check,
  declaredKey,
  emptyFacts,
  goodFacts,
  grant,
  messages,
  projectGrant,
  secret,
  version,
} from "../../helpers/facts";

const READER = "google_secret_manager_secret_iam_member.reader";
const ACCESS = "google_project_iam_member.access";

/** The declared key `chat` with its secret. */
const stack = (...grants: ReturnType<typeof grant>[]) =>
  emptyFacts({ apiKeys: [declaredKey()], secrets: [secret()], grants });
/** A secret of a key that nobody declared. */
const plan = (...grants: ReturnType<typeof grant>[]) =>
  emptyFacts({ origin: "plan", apiKeys: [apiKey()], secrets: [secret({ holds: ["google_apikeys_key.web"] })], grants });
const otherSecret = emptyFacts({ secrets: [secret({ holds: [] })], grants: [grant({ member: "allUsers" })] });

describe("GEMKEY-SECRET-01, not public", () => {
  test.each(["allUsers", "allAuthenticatedUsers", "principalSet://goog/public:all"])(
    "%s on a secret is told",
    (member) => {
      expect(check(secretIsNotPublic, stack(grant({ member })))).toEqual([
        {
          address: READER,
          key: "chat",
          field: "readers",
          value: member,
          message: `${member} has ${ACCESSOR} on the secret of chat.`,
        },
      ]);
    },
  );

  test("whatever the role, and however the secret is named", () => {
    for (const resource of ["gemini-chat", "projects/1/secrets/gemini-chat"]) {
      const facts = plan(grant({ member: "allUsers", role: "roles/secretmanager.viewer", resource }));
      expect(check(secretIsNotPublic, facts)).toEqual([
        {
          address: READER,
          field: "member",
          value: "allUsers",
          message: "allUsers has roles/secretmanager.viewer on google_secret_manager_secret.chat.",
        },
      ]);
    }
  });

  test("a secret whose id is not known is known by its address, and by the key of ours that it holds", () => {
    const facts = emptyFacts({
      apiKeys: [apiKey(), declaredKey()],
      secrets: [secret({ secretId: UNKNOWN, holds: ["google_apikeys_key.web", "google_apikeys_key.chat_g1"] })],
      grants: [grant({ member: "allUsers" })],
    });
    expect(messages(secretIsNotPublic, facts)).toEqual([`allUsers has ${ACCESSOR} on the secret of chat.`]);
  });

  test("a secret that is not known may be the one", () => {
    expect(check(secretIsNotPublic, stack(grant({ member: "allUsers", resource: UNKNOWN })))).toEqual([
      {
        address: READER,
        field: "member",
        value: "allUsers",
        message: `allUsers has ${ACCESSOR} on a secret that is unknown until apply.`,
      },
    ]);
    const none = emptyFacts({ apiKeys: [apiKey()], grants: [grant({ member: "allUsers", resource: UNKNOWN })] });
    expect(messages(secretIsNotPublic, none)).toEqual([]);
  });

  test.each([ACCESSOR, "roles/secretmanager.admin", "roles/owner", "roles/admin", UNKNOWN])(
    "%j above it is told",
    (role) => {
      const name = typeof role === "string" ? role : "a role that is unknown until apply";
      for (const on of ["project", "folder", "organization"] as const) {
        expect(check(secretIsNotPublic, stack(projectGrant({ member: "allUsers", role, on })))).toEqual([
          { address: ACCESS, field: "member", value: "allUsers", message: `allUsers has ${name} on acme-gemini-prod.` },
        ]);
      }
    },
  );

  test.each([
    ["another role above it", stack(projectGrant({ member: "allUsers" }))],
    ["another resource", stack(projectGrant({ member: "allUsers", role: ACCESSOR, on: "topic" }))],
    ["a project without keys", emptyFacts({ grants: [projectGrant({ member: "allUsers", role: ACCESSOR })] })],
    ["a secret without a key", otherSecret],
    ["another resource that is not known", stack(grant({ member: "allUsers", on: "topic", resource: UNKNOWN }))],
    ["another secret", stack(grant({ member: "allUsers", resource: "xgemini-chat" }))],
    ["a single account", stack(grant(), projectGrant({ role: ACCESSOR, member: "user:a@example.com" }))],
    [
      "a member that is not known",
      stack(grant({ member: UNKNOWN }), projectGrant({ role: ACCESSOR, member: UNKNOWN })),
    ],
  ])("%s is not", (_, facts) => {
    expect(messages(secretIsNotPublic, facts)).toEqual([]);
  });
});

describe("GEMKEY-SECRET-02, no crowd", () => {
  test.each(["domain:example.com", "projectOwner:acme", "projectEditor:acme", "projectViewer:acme"])(
    "%s is one",
    (member) => {
      expect(check(secretHasNoCrowdOfReaders, stack(grant({ member })))).toEqual([
        {
          address: READER,
          key: "chat",
          field: "readers",
          value: member,
          message: `${member} may read the secret of chat.`,
        },
      ]);
    },
  );

  test.each([
    grant({ member: "group:a@example.com" }),
    grant({ member: UNKNOWN }),
    ...["viewer", "secretVersionAdder", "secretVersionManager"].map((name) =>
      grant({ member: "domain:example.com", role: `roles/secretmanager.${name}` }),
    ),
    projectGrant({ member: "domain:example.com" }),
    grant({ member: "domain:example.com", on: "other" }),
  ])("%j is none, or does not read", (given) => {
    expect(messages(secretHasNoCrowdOfReaders, stack(given))).toEqual([]);
  });

  test.each(["projects/acme/roles/reader", UNKNOWN])("the role %j may read", (role) => {
    expect(messages(secretHasNoCrowdOfReaders, stack(grant({ member: "domain:example.com", role })))).toEqual([
      "domain:example.com may read the secret of chat.",
    ]);
  });

  test("a secret without a key is not judged", () => {
    const facts = { ...otherSecret, grants: [grant({ member: "domain:example.com" })] };
    expect(messages(secretHasNoCrowdOfReaders, facts)).toEqual([]);
  });
});

describe("GEMKEY-SECRET-03, software in production", () => {
  test.each(["user:a@example.com", "group:a@example.com"])("%s is told in production", (member) => {
    expect(check(productionSecretIsReadBySoftware, stack(grant({ member })))).toEqual([
      {
        address: READER,
        key: "chat",
        field: "readers",
        value: member,
        message: `${member} may read the secret of chat, in production.`,
      },
    ]);
    expect(messages(productionSecretIsReadBySoftware, { ...stack(grant({ member })), name: "dev" })).toEqual([]);
  });

  test("others are not", () => {
    const facts = stack(grant(), grant({ member: UNKNOWN }), grant({ member: "domain:example.com" }));
    expect(messages(productionSecretIsReadBySoftware, facts)).toEqual([]);
  });
});

describe("GEMKEY-SECRET-04, few readers", () => {
  const readers = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      grant({ member: `user:u${index}@example.com`, address: `reader-${index}` }),
    );

  test("eleven are too many, told at the secret", () => {
    expect(check(secretHasFewReaders, stack(...readers(11)))).toEqual([
      {
        address: "google_secret_manager_secret.chat",
        key: "chat",
        field: "readers",
        value: "11",
        message: "11 members may read the secret of chat, more than 10.",
      },
    ]);
  });

  test("ten are not, even if one of them is named twice", () => {
    expect(messages(secretHasFewReaders, stack(...readers(10), ...readers(1)))).toEqual([]);
  });

  test("of each secret by itself", () => {
    const facts = {
      ...stack(
        ...readers(10),
        ...readers(10).map((reader) => ({ ...reader, resource: "b", member: `x${reader.member}` })),
      ),
      secrets: [secret(), secret({ address: "b", secretId: "b" })],
    };
    expect(messages(secretHasFewReaders, facts)).toEqual([]);
  });

  test("one that is not known is told", () => {
    expect(check(secretHasFewReaders, plan(grant({ member: UNKNOWN })))).toEqual([
      {
        address: READER,
        field: "member",
        message: "A reader of google_secret_manager_secret.chat is unknown until apply.",
      },
    ]);
  });
});

describe("GEMKEY-SECRET-05, read in its environment", () => {
  const dev = goodFacts("dev");

  test("an account of another environment's project is told", () => {
    const member = "serviceAccount:app@acme-gemini-dev.iam.gserviceaccount.com";
    const facts = goodFacts("prod", { grants: [grant({ member })] });
    expect(check(secretIsReadInItsEnvironment, facts, [dev])).toEqual([
      {
        address: READER,
        key: "chat",
        field: "readers",
        value: member,
        message: `${member} of dev may read the secret of chat.`,
      },
    ]);
    const own = goodFacts("prod", { grants: [grant({ member: member.replace("-dev", "-prod") })] });
    expect(messages(secretIsReadInItsEnvironment, own, [dev])).toEqual([]);
  });

  test("in any direction, and a shared project is of both", () => {
    const facts = goodFacts("dev", {
      grants: [grant({ member: "serviceAccount:app@acme-gemini-prod.iam.gserviceaccount.com" })],
    });
    expect(messages(secretIsReadInItsEnvironment, facts, [goodFacts()])).toEqual([
      "serviceAccount:app@acme-gemini-prod.iam.gserviceaccount.com of prod may read the secret of chat.",
    ]);
    const same = { ...facts, projects: goodFacts().projects };
    expect(messages(secretIsReadInItsEnvironment, same, [goodFacts()])).toEqual([]);
  });

  test("who reads outside of production too is told in production", () => {
    const member = "serviceAccount:app@acme-apps.iam.gserviceaccount.com";
    const reads = { grants: [grant({ member })] };
    const others = [goodFacts("dev", reads), goodFacts("test", { grants: [grant({ member }), grant({ member })] })];
    const message = `${member} may read the secret of chat, and secrets outside of production, in dev, test.`;
    expect(check(secretIsReadInItsEnvironment, goodFacts("prod", reads), others)).toEqual([
      { address: READER, key: "chat", field: "readers", value: member, message },
    ]);
    expect(messages(secretIsReadInItsEnvironment, others[0]!, [goodFacts("prod", reads)])).toEqual([]);
    expect(messages(secretIsReadInItsEnvironment, goodFacts("prod", reads), [goodFacts("prod-eu", reads)])).toEqual([]);
  });

  test("addresses of modules, people of no project, and what is not known are not compared", () => {
    for (const member of ['google_service_account.app["a:b"]', UNKNOWN]) {
      const reads = { grants: [grant({ member })] };
      expect(messages(secretIsReadInItsEnvironment, goodFacts("prod", reads), [goodFacts("dev", reads)])).toEqual([]);
    }
    for (const member of [
      "user:a@acme-gemini-dev.iam.gserviceaccount.com",
      "deleted:serviceAccount:a@acme-gemini-dev.iam.gserviceaccount.com",
      "serviceAccount:a@acme-gemini-dev.iam.gserviceaccount.com?uid=1",
    ]) {
      expect(messages(secretIsReadInItsEnvironment, goodFacts("prod", { grants: [grant({ member })] }), [dev])).toEqual(
        [],
      );
    }
  });
});

describe("GEMKEY-SECRET-06, write-only", () => {
  test("a value in the state is told", () => {
    expect(check(secretValueIsWriteOnly, { ...stack(), secretVersions: [version({ value: "in-state" })] })).toEqual([
      {
        address: "google_secret_manager_secret_version.chat",
        key: "chat",
        field: "secret_data",
        message:
          "google_secret_manager_secret_version.chat writes the string of google_apikeys_key.chat_g1 to the state.",
      },
    ]);
  });

  test("also by its secret alone, or by its key alone", () => {
    const bySecret = { ...plan(), secretVersions: [version({ value: "in-state", apiKey: undefined })] };
    expect(check(secretValueIsWriteOnly, bySecret)).toEqual([
      {
        address: "google_secret_manager_secret_version.chat",
        field: "secret_data",
        message: "google_secret_manager_secret_version.chat writes the string of a key to the state.",
      },
    ]);
    const byKey = emptyFacts({ secretVersions: [version({ value: "in-state", secret: UNKNOWN })] });
    expect(messages(secretValueIsWriteOnly, byKey)).toEqual([
      "google_secret_manager_secret_version.chat writes the string of google_apikeys_key.chat_g1 to the state.",
    ]);
  });

  test.each([
    version(),
    version({ value: "none" }),
    version({ value: "in-state", apiKey: undefined, secret: "google_secret_manager_secret.password" }),
    version({ value: "in-state", apiKey: undefined, secret: UNKNOWN }),
  ])("%j is not", (given) => {
    expect(messages(secretValueIsWriteOnly, { ...stack(), secretVersions: [given] })).toEqual([]);
  });
});

describe("GEMKEY-SECRET-07, no more than reading", () => {
  test("a stronger role is told", () => {
    expect(check(readerRoleIsAccessor, stack(grant({ role: "roles/secretmanager.admin" })))).toEqual([
      {
        address: READER,
        key: "chat",
        field: "role",
        value: "roles/secretmanager.admin",
        message:
          "serviceAccount:chat@acme-apps.iam.gserviceaccount.com has roles/secretmanager.admin on the secret of chat.",
      },
    ]);
  });

  test("so is one that is not known", () => {
    expect(check(readerRoleIsAccessor, plan(grant({ role: UNKNOWN, member: UNKNOWN })))).toEqual([
      {
        address: READER,
        field: "role",
        message: "A member has a role that is unknown until apply on google_secret_manager_secret.chat.",
      },
    ]);
  });

  test.each([ACCESSOR, "roles/secretmanager.viewer", "projects/acme/roles/custom", "roles/owner"])(
    "%s is not",
    (role) => {
      expect(messages(readerRoleIsAccessor, stack(grant({ role })))).toEqual([]);
    },
  );
});

describe("GEMKEY-SECRET-08, named on the secret", () => {
  test.each([ACCESSOR, "roles/secretmanager.admin"])("%s above it is told", (role) => {
    expect(check(readerIsNamedOnItsSecret, stack(projectGrant({ role, member: "group:a@example.com" })))).toEqual([
      {
        address: ACCESS,
        field: "role",
        value: role,
        message: `group:a@example.com has ${role} on acme-gemini-prod, and so on every secret in it.`,
      },
    ]);
  });

  test("also of a member that is not known", () => {
    expect(
      messages(readerIsNamedOnItsSecret, stack(projectGrant({ role: ACCESSOR, member: UNKNOWN, resource: UNKNOWN }))),
    ).toEqual([
      `A member that is unknown until apply has ${ACCESSOR} on a project that is unknown until apply, and so on every secret in it.`,
    ]);
  });

  test.each([
    ["the secret itself", stack(grant())],
    ["a project without keys", emptyFacts({ grants: [projectGrant({ role: ACCESSOR })] })],
    ["everyone, whom another rule tells", stack(projectGrant({ role: ACCESSOR, member: "allUsers" }))],
    ["a basic role, which another rule tells", stack(projectGrant({ role: "roles/owner" }))],
    ["a role that reads nothing", stack(projectGrant({ role: "roles/secretmanager.viewer" }))],
    ["a role that is not known", stack(projectGrant({ role: UNKNOWN }))],
  ])("%s is not", (_, facts) => {
    expect(messages(readerIsNamedOnItsSecret, facts)).toEqual([]);
  });
});

describe("GEMKEY-IAM-01, no basic roles", () => {
  test.each(["owner", "editor", "viewer", "admin", "writer", "reader"])("roles/%s is told, wherever it is", (name) => {
    const role = `roles/${name}`;
    expect(check(noBasicRoles, emptyFacts({ grants: [projectGrant({ role, member: "user:a@example.com" })] }))).toEqual(
      [
        {
          address: ACCESS,
          field: "role",
          value: role,
          message: `user:a@example.com has ${role} on acme-gemini-prod.`,
        },
      ],
    );
  });

  test("also of a member that is not known", () => {
    const given = projectGrant({ role: "roles/owner", member: UNKNOWN, on: "folder", resource: UNKNOWN });
    expect(messages(noBasicRoles, emptyFacts({ grants: [given] }))).toEqual([
      "A member that is unknown until apply has roles/owner on a folder that is unknown until apply.",
    ]);
  });

  test.each(["roles/cloud.viewer", "projects/acme/roles/owner", UNKNOWN])("%j is not", (role) => {
    expect(messages(noBasicRoles, emptyFacts({ grants: [projectGrant({ role })] }))).toEqual([]);
  });
});

describe("GEMKEY-ACCESS-01, no domain", () => {
  const domain = "domain:example.com";

  test.each(["project", "folder", "organization"] as const)("a domain on a %s is told", (on) => {
    expect(check(accessIsOfNoDomain, stack(projectGrant({ member: domain, on })))).toEqual([
      {
        address: ACCESS,
        field: "access",
        value: domain,
        message: "domain:example.com has roles/logging.viewer on acme-gemini-prod.",
      },
    ]);
  });

  test.each([
    ["on a secret, which another rule tells", stack(grant({ member: domain }))],
    ["where there are no keys", emptyFacts({ grants: [projectGrant({ member: domain })] })],
    ["a group", stack(projectGrant({ member: "group:a@example.com" }))],
    ["not known", stack(projectGrant({ member: UNKNOWN }))],
  ])("not %s", (_, facts) => {
    expect(messages(accessIsOfNoDomain, facts)).toEqual([]);
  });
});
