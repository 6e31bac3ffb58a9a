import { Fn, TerraformVariable } from "cdktf";
import { GeminiKey, type GeminiKeyProps } from "../../constructs/gemini-key";
import { GeminiProject } from "../../constructs/gemini-project";
import { counts, messageOf, ofType, resource, synthTemplate, testStack } from "../helpers/synth-template";

const MINIMAL: GeminiKeyProps = {
  projectId: "acme-gemini-prod",
  keyName: "chat-backend",
  allowedIps: ["8.8.8.8"],
  generations: [{ number: 1, phase: "serving" }],
};

/** What a key with these props synthesizes to. */
function synth(props: Partial<GeminiKeyProps> = {}) {
  const stack = testStack();
  const key = new GeminiKey(stack, "key", { ...MINIMAL, ...props });
  return { key, template: synthTemplate(stack) };
}

function allowedIps(props: Partial<GeminiKeyProps>): unknown {
  const { restrictions } = resource(synth(props).template, "google_apikeys_key.key_g1") as {
    restrictions: { server_key_restrictions: { allowed_ips: unknown } };
  };
  return restrictions.server_key_restrictions.allowed_ips;
}

test("minimal props: a service account without roles and one key, for one API and one address, destroyable", () => {
  const { key, template } = synth();
  expect(counts(template)).toEqual({ google_apikeys_key: 1, google_service_account: 1 });
  expect(template.resource).toEqual({
    google_service_account: {
      "key_service-account": {
        project: "acme-gemini-prod",
        account_id: "gk-chat-backend",
        display_name: "Gemini key chat-backend",
        description: "Identity of a Gemini API key. Holds no role, and must not be given one.",
      },
    },
    google_apikeys_key: {
      key_g1: {
        project: "acme-gemini-prod",
        name: "chat-backend-g1",
        display_name: "chat-backend g1",
        service_account_email: "${google_service_account.key_service-account.email}",
        restrictions: {
          api_targets: [{ service: "generativelanguage.googleapis.com" }],
          server_key_restrictions: { allowed_ips: ["8.8.8.8"] },
        },
      },
    },
  });
  expect(key.published.map(({ number }) => number)).toEqual([1]);
});

test("maximal props: every generation has the same restrictions, and only the serving one is protected", () => {
  const stack = testStack();
  const project = new GeminiProject(stack, "project", { projectId: "acme-gemini-prod" });
  const key = new GeminiKey(stack, "key", {
    projectId: project.projectId,
    keyName: "chat-backend",
    allowedIps: ["2001:4860::/32", "8.8.8.8", "8.8.4.0/24"],
    generations: [
      { number: 2, phase: "draining" },
      { number: 3, phase: "serving" },
      { number: 999_999, phase: "prepared" },
    ],
    protect: true,
    dependsOn: project.enabled("apikeys", "iam"),
  });
  const template = synthTemplate(stack);
  expect(counts(template)).toEqual({
    google_apikeys_key: 3,
    google_project: 1,
    google_project_service: 4,
    google_service_account: 1,
  });
  const dependsOn = ["google_project_service.project_apikeys", "google_project_service.project_iam"];
  expect(resource(template, "google_service_account.key_service-account")["depends_on"]).toEqual(dependsOn);
  const shared = {
    project: "acme-gemini-prod",
    service_account_email: "${google_service_account.key_service-account.email}",
    restrictions: {
      api_targets: [{ service: "generativelanguage.googleapis.com" }],
      server_key_restrictions: { allowed_ips: ["8.8.4.0/24", "8.8.8.8", "2001:4860::/32"] },
    },
    depends_on: dependsOn,
  };
  expect(ofType(template, "google_apikeys_key")).toEqual({
    key_g2: { ...shared, name: "chat-backend-g2", display_name: "chat-backend g2" },
    key_g3: {
      ...shared,
      name: "chat-backend-g3",
      display_name: "chat-backend g3",
      lifecycle: { prevent_destroy: true },
    },
    key_g999999: { ...shared, name: "chat-backend-g999999", display_name: "chat-backend g999999" },
  });
  expect(key.published.map(({ number }) => number)).toEqual([2, 3]);
});

test("the order of addresses has no effect, and neighbours are merged", () => {
  const merged = ["8.8.4.0/24", "8.8.8.8/31", "2001:4860::/32"];
  expect(allowedIps({ allowedIps: ["8.8.8.8", "2001:4860::/32", "8.8.4.0/24", "8.8.8.9", "8.8.4.4"] })).toEqual(merged);
  expect(allowedIps({ allowedIps: ["8.8.4.4", "8.8.8.9", "8.8.4.0/24", "2001:4860::/32", "8.8.8.8"] })).toEqual(merged);
});

test("a range for documentation is accepted: the configuration refuses it", () => {
  expect(allowedIps({ allowedIps: ["203.0.113.0/28"] })).toEqual(["203.0.113.0/28"]);
});

test("the outputs refer to the resources, and hold no key", () => {
  const { key } = synth();
  expect(key.serviceAccountEmail).toMatch(/^\$\{TfToken\[[^\]]+\]\}$/);
  expect(key.published[0]!.keyString).toMatch(/^\$\{TfToken\[[^\]]+\]\}$/);
});

const NAME_RULE = "must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen";

test.each<[string, Partial<GeminiKeyProps>, string]>([
  [
    "a project id",
    { projectId: "Acme" },
    "`projectId` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Acme. Write an id such as acme-gemini-prod.",
  ],
  ["an empty name", { keyName: "" }, `\`keyName\` ${NAME_RULE}, got: "". Write a name such as chat-backend.`],
  [
    "a name with capitals",
    { keyName: "Chat" },
    `\`keyName\` ${NAME_RULE}, got: Chat. Write a name such as chat-backend.`,
  ],
  [
    "a name of 2 characters",
    { keyName: "ab" },
    "`keyName` must give a service account id of at least 6 characters, but gk-<name> has 5, got: ab. Lengthen the name to at least 3 characters.",
  ],
  [
    "a name of 28 characters",
    { keyName: "a".repeat(28) },
    `\`keyName\` must give a service account id of at most 30 characters, but gk-<name> has 31, got: ${"a".repeat(28)}. Shorten the name to at most 27 characters.`,
  ],
  [
    "no address",
    { allowedIps: [] },
    "`allowedIps` must name at least one address, got: none. A key without addresses works from the whole internet.",
  ],
  [
    "a private range",
    { allowedIps: ["8.8.8.8", "10.0.0.0/8"] },
    "`allowedIps[1]` must be a public range, got: 10.0.0.0/8. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
  ],
  [
    "the whole internet",
    { allowedIps: ["0.0.0.0/0"] },
    "`allowedIps[0]` must be narrower than the whole internet, got: 0.0.0.0/0. Use the egress addresses of your callers: a range with /0 lets the key be used from anywhere.",
  ],
  [
    "no generation",
    { generations: [] },
    "`generations` must hold exactly one generation with `phase: serving`, got: none. Readers of the secret are given the serving key: set one generation to `serving`.",
  ],
  [
    "a number twice",
    {
      generations: [
        { number: 1, phase: "draining" },
        { number: 1, phase: "serving" },
      ],
    },
    "`generations[1].number` must be higher than 1, the number before it, got: 1. Write 2: a number is never used again, since Google keeps a deleted key's id for 30 days.",
  ],
])("refuses %s", (_, props, message) => {
  expect(messageOf(() => synth(props))).toBe(`[test/key] ${message}`);
});

test.each([0, -1, 1.5, 1_000_000, Number.NaN])(
  "refuses generation %d, and does not compare it with others",
  (number) => {
    const generations = [{ number, phase: "draining" } as const];
    expect(messageOf(() => synth({ generations }))).toBe(
      `[test/key] \`generations[0].number\` must be a whole number from 1 to 999999, got: ${number}. Write 1 for a new key, and one more with each rotation.`,
    );
  },
);

test.each(["abc", "a".repeat(27)])("accepts the name %s", (keyName) => {
  expect(() => synth({ keyName })).not.toThrow();
});

test("several wrong props are reported together", () => {
  const message = messageOf(() =>
    synth({
      keyName: "Chat",
      allowedIps: ["10.0.0.1", "8.8.8.8", "x"],
      generations: [
        { number: 2, phase: "prepared" },
        { number: 1, phase: "serving" },
      ],
    }),
  );
  expect(message.split("\n")).toEqual([
    `[test/key] \`keyName\` ${NAME_RULE}, got: Chat. Write a name such as chat-backend.`,
    "[test/key] `allowedIps[0]` must be a public range, got: 10.0.0.1. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
    "[test/key] `allowedIps[2]` must be an IPv4 or IPv6 address or a CIDR range, got: x. Write the addresses that the host sends from: Google takes no names.",
    "[test/key] `generations[1].number` must be higher than 2, the number before it, got: 1. Write 3: a number is never used again, since Google keeps a deleted key's id for 30 days.",
    "[test/key] `generations[0].phase` must not be `prepared` below the serving generation, got: prepared 2, serving 1. Its secret version would become the newest when published: prepare a new generation with a higher number.",
  ]);
});

test("no message shows a key", () => {
  const secret = `AIza${"x".repeat(35)}`;
  const message = messageOf(() => synth({ projectId: secret, keyName: secret, allowedIps: [secret] }));
  expect(message).toContain("[redacted]");
  expect(message).not.toContain(secret);
});

describe("values that only Terraform knows are passed on unchecked", () => {
  test.each<[string, (late: TerraformVariable) => string[], unknown]>([
    ["a list", (late) => late.listValue, "${var.late}"],
    ["a function of a list", (late) => Fn.distinct(late.listValue), "${distinct(var.late)}"],
    [
      "one entry, which keeps the order as it is",
      (late) => ["8.8.8.8", late.stringValue, "1.1.1.1"],
      ["8.8.8.8", "${var.late}", "1.1.1.1"],
    ],
  ])("%s of addresses", (_, addresses, expected) => {
    const stack = testStack();
    const late = new TerraformVariable(stack, "late", {});
    new GeminiKey(stack, "key", { ...MINIMAL, projectId: late.stringValue, allowedIps: addresses(late) });
    const key = resource(synthTemplate(stack), "google_apikeys_key.key_g1");
    expect(key["project"]).toBe("${var.late}");
    expect(key["restrictions"]).toEqual({
      api_targets: [{ service: "generativelanguage.googleapis.com" }],
      server_key_restrictions: { allowed_ips: expected },
    });
  });

  test("but not as the number of a generation", () => {
    const stack = testStack();
    const generations = [{ number: new TerraformVariable(stack, "late", {}).numberValue, phase: "serving" } as const];
    expect(messageOf(() => new GeminiKey(stack, "key", { ...MINIMAL, generations }))).toBe(
      "[test/key] `generations[0].number` must be a whole number from 1 to 999999, got: a token. Write 1 for a new key, and one more with each rotation.",
    );
  });

  test("and the entries beside them are checked", () => {
    const stack = testStack();
    const late = new TerraformVariable(stack, "late", {});
    const allowed = [late.stringValue, "10.0.0.1"];
    expect(messageOf(() => new GeminiKey(stack, "key", { ...MINIMAL, allowedIps: allowed }))).toBe(
      "[test/key] `allowedIps[1]` must be a public range, got: 10.0.0.1. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
    );
  });
});
