import { UNKNOWN } from "../../../inventory/facts";
import { keyHasApiTarget } from "../../../policies/rules/key-has-api-target";
import { keyIsBoundToServiceAccount } from "../../../policies/rules/key-is-bound-to-service-account";
import { keyIsRestrictedAsServerKey } from "../../../policies/rules/key-is-restricted-as-server-key";
import { keyTargetsGemini } from "../../../policies/rules/key-targets-gemini";
import { keyTargetsNothingBesidesGemini } from "../../../policies/rules/key-targets-nothing-besides-gemini";
import { serviceAccountHoldsNoRole } from "../../../policies/rules/service-account-holds-no-role";
import { serviceAccountIsOfOneKey } from "../../../policies/rules/service-account-is-of-one-key";
import { serviceStaysEnabled } from "../../../policies/rules/service-stays-enabled";
import { apiKey, check, declaredKey, emptyFacts, GEMINI, grant, messages, projectGrant } from "../../helpers/facts";

describe("GEMKEY-KEY-01, bound to a service account", () => {
  test("a standard key is told", () => {
    expect(check(keyIsBoundToServiceAccount, emptyFacts({ apiKeys: [apiKey({ serviceAccount: undefined })] }))).toEqual(
      [
        {
          address: "google_apikeys_key.web",
          field: "service_account_email",
          message: "google_apikeys_key.web is a standard key: it is bound to no service account.",
        },
      ],
    );
  });

  test("a declared one by its name", () => {
    const facts = emptyFacts({ apiKeys: [declaredKey({}, { serviceAccount: undefined })] });
    expect(check(keyIsBoundToServiceAccount, facts)).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        message: "chat is a standard key: it is bound to no service account.",
      },
    ]);
  });

  test("an account that is still to be made is one", () => {
    expect(
      messages(keyIsBoundToServiceAccount, emptyFacts({ apiKeys: [apiKey({ serviceAccount: UNKNOWN })] })),
    ).toEqual([]);
  });
});

describe("GEMKEY-KEY-02, an account of one key", () => {
  const account = { address: "google_service_account.shared", accountId: "shared" };
  const shared = { serviceAccount: account.address };

  test("keys that share it are told, each with the others", () => {
    const facts = emptyFacts({
      serviceAccounts: [account],
      apiKeys: [apiKey(shared), declaredKey({}, shared), apiKey({ ...shared, address: "google_apikeys_key.b" })],
    });
    expect(check(serviceAccountIsOfOneKey, facts)).toEqual([
      {
        address: "google_apikeys_key.web",
        field: "service_account_email",
        value: "google_service_account.shared",
        message: "google_apikeys_key.web shares google_service_account.shared with chat, google_apikeys_key.b.",
      },
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        value: "google_service_account.shared",
        message: "chat shares google_service_account.shared with google_apikeys_key.b, google_apikeys_key.web.",
      },
      {
        address: "google_apikeys_key.b",
        field: "service_account_email",
        value: "google_service_account.shared",
        message: "google_apikeys_key.b shares google_service_account.shared with chat, google_apikeys_key.web.",
      },
    ]);
  });

  test("two declared keys are told once each, whatever their generations", () => {
    const facts = emptyFacts({
      apiKeys: [
        declaredKey({ generation: 1, phase: "draining" }, shared),
        declaredKey({ generation: 2 }, shared),
        declaredKey({ name: "other" }, shared),
      ],
    });
    expect(messages(serviceAccountIsOfOneKey, facts)).toEqual([
      "chat shares google_service_account.shared with other.",
      "other shares google_service_account.shared with chat.",
    ]);
  });

  test("of many others, five are named", () => {
    const apiKeys = [1, 2, 3, 4, 5, 6, 7].map((n) => apiKey({ ...shared, address: `google_apikeys_key.k${n}` }));
    const [first, , , , , , last] = messages(serviceAccountIsOfOneKey, emptyFacts({ apiKeys }));
    const list = (...numbers: number[]) => numbers.map((n) => `google_apikeys_key.k${n}`).join(", ");
    expect(first).toBe(
      `google_apikeys_key.k1 shares google_service_account.shared with ${list(2, 3, 4, 5, 6)} and 1 more.`,
    );
    expect(last).toBe(
      `google_apikeys_key.k7 shares google_service_account.shared with ${list(1, 2, 3, 4, 5)} and 1 more.`,
    );
  });

  test("generations of one key share theirs", () => {
    const facts = emptyFacts({ apiKeys: [declaredKey({ generation: 1 }), declaredKey({ generation: 2 })] });
    expect(messages(serviceAccountIsOfOneKey, facts)).toEqual([]);
  });

  test("the same address in two modules is two accounts, the same e-mail address is one", () => {
    const dev = emptyFacts({ name: "dev", apiKeys: [apiKey()] });
    expect(messages(serviceAccountIsOfOneKey, emptyFacts({ apiKeys: [apiKey()] }), [dev])).toEqual([]);
    const email = { serviceAccount: "web@acme.iam.gserviceaccount.com" };
    expect(
      messages(serviceAccountIsOfOneKey, emptyFacts({ apiKeys: [apiKey(email)] }), [
        emptyFacts({ name: "dev", apiKeys: [apiKey(email)] }),
      ]),
    ).toEqual(["google_apikeys_key.web shares web@acme.iam.gserviceaccount.com with google_apikeys_key.web of dev."]);
  });

  test("the same key declared in two environments is two keys", () => {
    const email = { serviceAccount: "web@acme.iam.gserviceaccount.com" };
    const dev = emptyFacts({ name: "dev", apiKeys: [declaredKey({ environment: "dev" }, email)] });
    expect(messages(serviceAccountIsOfOneKey, emptyFacts({ apiKeys: [declaredKey({}, email)] }), [dev])).toEqual([
      "chat shares web@acme.iam.gserviceaccount.com with chat of dev.",
    ]);
  });

  test("accounts that are not known are not compared, nor are standard keys", () => {
    for (const serviceAccount of [UNKNOWN, undefined]) {
      const other = apiKey({ address: "google_apikeys_key.b", serviceAccount });
      expect(messages(serviceAccountIsOfOneKey, emptyFacts({ apiKeys: [apiKey({ serviceAccount }), other] }))).toEqual(
        [],
      );
    }
  });
});

describe("GEMKEY-KEY-03, an account without a role", () => {
  const account = { address: "google_service_account.chat", accountId: "gk-chat" };
  const facts = (member: string) =>
    emptyFacts({
      serviceAccounts: [account],
      apiKeys: [declaredKey({ generation: 1 }), declaredKey({ generation: 2 })],
      grants: [projectGrant({ member, role: "roles/storage.admin" })],
    });

  test("a role is told once, at the grant", () => {
    expect(check(serviceAccountHoldsNoRole, facts(account.address))).toEqual([
      {
        address: "google_project_iam_member.access",
        key: "chat",
        field: "role",
        value: "roles/storage.admin",
        message: "The service account of chat holds roles/storage.admin on acme-gemini-prod.",
      },
    ]);
  });

  test("also by the e-mail address that the account will have", () => {
    expect(
      messages(serviceAccountHoldsNoRole, facts("serviceAccount:gk-chat@acme-gemini-prod.iam.gserviceaccount.com")),
    ).toEqual(["The service account of chat holds roles/storage.admin on acme-gemini-prod."]);
    expect(
      messages(serviceAccountHoldsNoRole, facts("serviceAccount:gk-chat@acme-gemini-dev.iam.gserviceaccount.com")),
    ).toEqual([]);
  });

  test("in any module, told at the key", () => {
    const own = { ...facts(account.address), grants: [] };
    const member = "serviceAccount:gk-chat@acme-gemini-prod.iam.gserviceaccount.com";
    const other = emptyFacts({ name: "apps", grants: [grant({ member, role: UNKNOWN, resource: UNKNOWN })] });
    expect(check(serviceAccountHoldsNoRole, own, [other])).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "role",
        message:
          "The service account of chat holds a role that is unknown until apply on a secret that is unknown until apply, by google_secret_manager_secret_iam_member.reader of apps.",
      },
    ]);
  });

  test("of a key that is not declared, by a known e-mail address", () => {
    const email = "web@acme.iam.gserviceaccount.com";
    const known = emptyFacts({
      serviceAccounts: [{ address: "google_service_account.web", accountId: UNKNOWN, email }],
      apiKeys: [apiKey({ serviceAccount: email })],
      grants: [
        projectGrant({ member: "google_service_account.web" }),
        projectGrant({ member: `serviceAccount:${email}` }),
      ],
    });
    const message = "The service account of google_apikeys_key.web holds roles/logging.viewer on acme-gemini-prod.";
    expect(messages(serviceAccountHoldsNoRole, known)).toEqual([message, message]);
  });

  test("also of one in a list, and of one that stands elsewhere", () => {
    const member = 'module.a.data.google_service_account.chat["a:b"]';
    const grants = [projectGrant({ member })];
    expect(
      messages(serviceAccountHoldsNoRole, emptyFacts({ apiKeys: [apiKey({ serviceAccount: member })], grants })),
    ).toEqual(["The service account of google_apikeys_key.web holds roles/logging.viewer on acme-gemini-prod."]);
  });

  test("members that are other accounts, people or unknown are none of it", () => {
    for (const member of ["user:gk-chat@example.com", "google_service_account.other", UNKNOWN]) {
      expect(messages(serviceAccountHoldsNoRole, { ...facts(""), grants: [projectGrant({ member })] })).toEqual([]);
    }
  });
});

describe("GEMKEY-CLIENT-01, a key of a server", () => {
  test("each other kind of client is told", () => {
    const facts = emptyFacts({ apiKeys: [apiKey({ clientRestrictions: ["browser", "android", "ios"] })] });
    expect(check(keyIsRestrictedAsServerKey, facts)).toEqual([
      {
        address: "google_apikeys_key.web",
        field: "restrictions.browser_key_restrictions",
        value: "browser",
        message: "google_apikeys_key.web is restricted to websites, which any caller can claim to be.",
      },
      {
        address: "google_apikeys_key.web",
        field: "restrictions.android_key_restrictions",
        value: "android",
        message: "google_apikeys_key.web is restricted to Android apps, which any caller can claim to be.",
      },
      {
        address: "google_apikeys_key.web",
        field: "restrictions.ios_key_restrictions",
        value: "ios",
        message: "google_apikeys_key.web is restricted to iOS apps, which any caller can claim to be.",
      },
    ]);
  });
});

test("GEMKEY-CLIENT-01, of a declared key it is told without a field", () => {
  const facts = emptyFacts({ apiKeys: [declaredKey({}, { clientRestrictions: ["browser"] })] });
  expect(check(keyIsRestrictedAsServerKey, facts)).toEqual([
    {
      address: "google_apikeys_key.chat_g1",
      key: "chat",
      value: "browser",
      message: "chat is restricted to websites, which any caller can claim to be.",
    },
  ]);
});

describe("GEMKEY-API, what a key may call", () => {
  test.each([[undefined], [[]]])("a key with the targets %p may call everything", (apiTargets) => {
    expect(check(keyHasApiTarget, emptyFacts({ apiKeys: [apiKey({ apiTargets })] }))).toEqual([
      {
        address: "google_apikeys_key.web",
        field: "restrictions.api_targets",
        message: "google_apikeys_key.web may call every API of its project: it has no `api_targets`.",
      },
    ]);
  });

  test("of a declared key it is told without a field: none of the configuration is", () => {
    expect(check(keyHasApiTarget, emptyFacts({ apiKeys: [declaredKey({}, { apiTargets: undefined })] }))).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        message: "chat may call every API of its project: it has no `api_targets`.",
      },
    ]);
  });

  test("targets besides Gemini are told, each at its place", () => {
    const apiTargets = [
      { service: "translate.googleapis.com", methods: [] },
      { service: GEMINI, methods: ["GenerateContent"] },
      { service: UNKNOWN, methods: [] },
    ];
    const facts = emptyFacts({ apiKeys: [apiKey({ apiTargets })] });
    expect(messages(keyHasApiTarget, facts)).toEqual([]);
    expect(messages(keyTargetsGemini, facts)).toEqual([]);
    expect(check(keyTargetsNothingBesidesGemini, facts)).toEqual([
      {
        address: "google_apikeys_key.web",
        field: "restrictions.api_targets[0].service",
        value: "translate.googleapis.com",
        message: "google_apikeys_key.web may also call translate.googleapis.com.",
      },
      {
        address: "google_apikeys_key.web",
        field: "restrictions.api_targets[2].service",
        message: "A target of google_apikeys_key.web is unknown until apply.",
      },
    ]);
  });

  test("a key for other APIs is named, and judged as no Gemini key", () => {
    const apiTargets = ["maps.googleapis.com", "places.googleapis.com"].map((service) => ({ service, methods: [] }));
    const facts = emptyFacts({ apiKeys: [apiKey({ apiTargets })] });
    expect(messages(keyTargetsNothingBesidesGemini, facts)).toEqual([]);
    expect(check(keyTargetsGemini, facts)).toEqual([
      {
        address: "google_apikeys_key.web",
        field: "restrictions.api_targets",
        value: "maps.googleapis.com, places.googleapis.com",
        message: "google_apikeys_key.web is no Gemini key: it may call maps.googleapis.com, places.googleapis.com.",
      },
    ]);
  });

  test("a declared key is a Gemini key, whatever it targets", () => {
    const apiTargets = [{ service: "maps.googleapis.com", methods: [] }];
    const facts = emptyFacts({ apiKeys: [declaredKey({}, { apiTargets })] });
    expect(messages(keyTargetsGemini, facts)).toEqual([]);
    expect(check(keyTargetsNothingBesidesGemini, facts)).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        value: "maps.googleapis.com",
        message: "chat may also call maps.googleapis.com.",
      },
    ]);
  });
});

describe("GEMKEY-API-04, APIs that stay enabled", () => {
  const facts = (service: string, disableOnDestroy?: boolean) =>
    emptyFacts({ services: [{ address: "google_project_service.a", project: "acme", service, disableOnDestroy }] });

  test.each([
    "apikeys.googleapis.com",
    "generativelanguage.googleapis.com",
    "iam.googleapis.com",
    "secretmanager.googleapis.com",
  ])("%s must not be disabled", (service) => {
    expect(check(serviceStaysEnabled, facts(service, true))).toEqual([
      {
        address: "google_project_service.a",
        field: "disable_on_destroy",
        value: "true",
        message: `Removing google_project_service.a disables ${service} for the whole project.`,
      },
    ]);
    expect(check(serviceStaysEnabled, facts(service))).toEqual([
      {
        address: "google_project_service.a",
        field: "disable_on_destroy",
        value: "not set",
        message: `Removing google_project_service.a may disable ${service} for the whole project.`,
      },
    ]);
    expect(messages(serviceStaysEnabled, facts(service, false))).toEqual([]);
  });

  test("others may, and one that is not known is not judged", () => {
    expect(messages(serviceStaysEnabled, facts("bigquery.googleapis.com", true))).toEqual([]);
    const unknown = emptyFacts({
      services: [{ address: "a", project: "acme", service: UNKNOWN, disableOnDestroy: true }],
    });
    expect(messages(serviceStaysEnabled, unknown)).toEqual([]);
  });
});
