import fc from "fast-check";
import { ApiError } from "../../emulator/errors";
import { compileLogFilter } from "../../emulator/log-filter";

const entry = {
  logName: "projects/acme-gemini-dev/logs/cloudaudit.googleapis.com%2Factivity",
  resource: { type: "audited_resource", labels: { project_id: "acme-gemini-dev", "a/b": "c" } },
  timestamp: "2030-01-02T03:04:05.678Z",
  severity: "NOTICE",
  labels: { "example.com/team": "Search" },
  operation: { id: "operations/akmf.p7-1", first: true },
  protoPayload: {
    "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
    serviceName: "apikeys.googleapis.com",
    methodName: "google.api.apikeys.v2.ApiKeys.CreateKey",
    authenticationInfo: { principalEmail: "alice@example.com" },
    authorizationInfo: [{ permission: "serviceusage.apiKeys.create", granted: true }, { permission: "other" }],
    status: { code: 7 },
    serviceData: { policyDelta: { bindingDeltas: [{ action: "ADD", role: "roles/owner" }, { action: "REMOVE" }] } },
    sizes: [8.5, 9, 6],
    nothing: null,
    count: "12",
  },
};

const matches: readonly string[] = [
  "",
  "  \n ",
  "-- only a comment",
  'logName="projects/acme-gemini-dev/logs/cloudaudit.googleapis.com%2Factivity"',
  'log_id("cloudaudit.googleapis.com/activity")',
  "source(projects/acme-gemini-dev)",
  "resource.type=audited_resource",
  'resource.type = "AUDITED_RESOURCE"',
  "resource.type = 'audited_resource'",
  'resource.labels.project_id = "acme-gemini-dev"',
  'resource.labels."a/b"="c"',
  'labels."example.com/team" = search',
  'protoPayload.methodName="google.api.apikeys.v2.ApiKeys.CreateKey"',
  "protoPayload.methodname=google.api.apikeys.v2.ApiKeys.CreateKey",
  'protoPayload.method_name:"createkey"',
  'proto_payload.methodName:"createkey"',
  'protoPayload."@type"="type.googleapis.com/google.cloud.audit.AuditLog"',
  'protoPayload.methodName=("a" OR "google.api.apikeys.v2.ApiKeys.CreateKey")',
  'protoPayload.methodName:("apikeys" AND "CreateKey")',
  'protoPayload.methodName:("apikeys" NOT "DeleteKey")',
  'protoPayload.methodName=~"ApiKeys\\.(Create|Delete)Key$"',
  'protoPayload.methodName=~"ApiKeys\\\\.CreateKey$"',
  'protoPayload.methodName=~"(?i)apikeys"',
  'protoPayload.methodName!~"apikeys\\.Create"',
  'protoPayload.authenticationInfo.principalEmail!="bob@example.com"',
  'protoPayload.authorizationInfo.permission="serviceusage.apiKeys.create"',
  'protoPayload.authorizationInfo.permission="other"',
  "protoPayload.authorizationInfo.granted=true",
  "protoPayload.serviceData.policyDelta.bindingDeltas.action=REMOVE",
  "protoPayload.serviceData:owner",
  "protoPayload.status.code:*",
  "protoPayload.status.code != 0",
  "protoPayload.status.code>=7 protoPayload.status.code<8",
  'protoPayload.status.code="7"',
  "protoPayload.sizes<7",
  "protoPayload.sizes>-3.5",
  "protoPayload.nothing = NULL_VALUE",
  "protoPayload.count = 12",
  "operation.first=true",
  "operation.last=false",
  "operation.last!=true",
  'trace=""',
  "severity>=INFO",
  "severity=notice",
  "severity>200",
  "severity<=300 AND severity!=ERROR",
  'timestamp>="2030-01-02"',
  'timestamp<"2030-01-02T04:04:05.679+01:00"',
  'timestamp="2030-01-02T03:04:05.678Z"',
  "NOT protoPayload.missing=x",
  "-protoPayload.missing:*",
  '-protoPayload.serviceName="storage.googleapis.com"',
  'NOT (severity=ERROR OR "nowhere")',
  '"Alice@"',
  "alice NOT nowhere",
  '"cloudaudit" "gemini"',
  // A line is an AND, and OR binds tighter than it.
  "severity=NOTICE\nresource.type=audited_resource -- and this\n-- protoPayload.missing=x\n",
  'severity=ERROR OR severity=NOTICE resource.type="audited_resource"',
  "severity=NOTICE AND severity=ERROR OR severity=NOTICE",
];

const misses: readonly string[] = [
  "severity=ERROR",
  "severity=NOTICE OR severity=NOTICE AND severity=ERROR",
  "severity=NOTICE severity=ERROR",
  "NOT severity=NOTICE",
  "NOT severity=ERROR AND severity=ERROR",
  "severity=nonsense",
  "severity:NOT_ICE",
  "protoPayload.missing!=x",
  "protoPayload.missing!~x",
  "protoPayload.missing:*",
  "protoPayload.missing.deeper=x",
  "protoPayload.serviceName.deeper=x",
  "protoPayload.constructor:*",
  "operation.last:*",
  "trace:*",
  "labels.team:*",
  'labels."EXAMPLE.com/team":*',
  "jsonPayload.a:*",
  "protoPayload.status.code>seven",
  "protoPayload.serviceName=~^APIKEYS",
  "protoPayload.status=7",
  "protoPayload.status.code=~7",
  "protoPayload.nothing!=NULL_VALUE",
  'protoPayload.methodName:("apikeys" AND "DeleteKey")',
  'timestamp<"2030-01-02"',
  'timestamp>"soon"',
  '"nowhere"',
  'log_id("cloudaudit.googleapis.com/data_access")',
  "source(projects/acme)",
];

test.each(matches)("%j matches", (text) => {
  expect(compileLogFilter(text)(entry)).toBe(true);
});

test.each(misses)("%j does not match", (text) => {
  expect(compileLogFilter(text)(entry)).toBe(false);
});

const wrong: Readonly<Record<string, string>> = {
  "severity=": "Unparseable filter: syntax error at line 1, column 10, at the end of the text",
  "severity>=ERROR AND": "Unparseable filter: syntax error at line 1, column 20, at the end of the text",
  "OR severity=ERROR": "Unparseable filter: syntax error at line 1, column 1, token 'OR'",
  "(severity=ERROR": "Unparseable filter: syntax error at line 1, column 16, at the end of the text",
  "severity=ERROR)": "Unparseable filter: syntax error at line 1, column 15, token ')'",
  "severity=()": "Unparseable filter: syntax error at line 1, column 11, token ')'",
  "insertId=abc:def": "Unparseable filter: syntax error at line 1, column 13, token ':'",
  'severity=ERROR\nlogName="abc': "Unparseable filter: syntax error at line 2, column 9, token '\"'",
  "resource.=x": "Unparseable filter: syntax error at line 1, column 10, token '='",
  "severity=*": "Unparseable filter: syntax error at line 1, column 10, token '*'",
  "protoPayload.a > NULL_VALUE": "Unparseable filter: syntax error at line 1, column 18, token 'NULL_VALUE'",
  "thud=1": "Unparseable filter: field not found: 'thud'",
  "operation.thud=1": "Unparseable filter: field not found: 'operation.thud'",
  "textPayload.thud=1": "Unparseable filter: field not found: 'textPayload.thud'",
  "constructor=1": "Unparseable filter: field not found: 'constructor'",
  'textPayload=~"("': 'Unparseable filter: regular expression "(" is not valid RE2',
  'textPayload=~"(?=a)b"': 'Unparseable filter: regular expression "(?=a)b" is not valid RE2',
  "sample(insertId, 0.5)":
    "Unparseable filter: the local cloud does not have the function sample. It has log_id and source.",
  "constructor(insertId)":
    "Unparseable filter: the local cloud does not have the function constructor. It has log_id and source.",
  "upper(insertId)": "Unparseable filter: the local cloud does not have the function upper. It has log_id and source.",
};

test.each(Object.entries(wrong))("%s is refused", (text, message) => {
  expect(() => compileLogFilter(text)).toThrow(new ApiError("INVALID_ARGUMENT", message));
});

test("what is too long or too deep is refused", () => {
  expect(() => compileLogFilter(`"${"a".repeat(20_000)}"`)).toThrow(
    new ApiError("INVALID_ARGUMENT", "Filter is too long: 20002 characters. The most is 20000."),
  );
  expect(() => compileLogFilter(`${"(".repeat(101)}a${")".repeat(101)}`)).toThrow(
    new ApiError("INVALID_ARGUMENT", "Unparseable filter: syntax error at line 1, column 102, token 'a'"),
  );
});

/** A filter as a tree, of comparisons with `labels.<letter>`. */
type Tree =
  | { readonly label: string; readonly negative: boolean }
  | { readonly any: readonly Tree[] }
  | { readonly all: readonly Tree[] }
  | { readonly not: Tree };

const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small" },
    fc.record({ label: fc.constantFrom("a", "b", "c", "d"), negative: fc.boolean() }),
    fc.record({ any: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ all: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("tree") }),
  ),
}));

function evaluate(node: Tree, labels: Readonly<Record<string, string>>): boolean {
  if ("label" in node) {
    const value = labels[node.label];
    return value !== undefined && (value === "yes") !== node.negative;
  }
  return "any" in node
    ? node.any.some((child) => evaluate(child, labels))
    : "all" in node
      ? node.all.every((child) => evaluate(child, labels))
      : !evaluate(node.not, labels);
}

const strength = { and: 0, or: 1, not: 2 };

/** With parentheses only where they are needed. */
function print(node: Tree, within: number, and: string, not: string): string {
  const wrap = (text: string, own: number) => (own < within ? `(${text})` : text);
  if ("label" in node) {
    return `labels.${node.label}${node.negative ? "!=" : "="}yes`;
  }
  if ("not" in node) {
    const inner = print(node.not, strength.not + 1, and, not);
    return wrap(`${not}${inner}`, strength.not);
  }
  return "any" in node
    ? wrap(node.any.map((child) => print(child, strength.or + 1, and, not)).join(" OR "), strength.or)
    : wrap(node.all.map((child) => print(child, strength.and + 1, and, not)).join(and), strength.and);
}

const labels = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("yes", "no"));
const styles = fc.record({ and: fc.constantFrom(" AND ", " ", "\n", " --x\n  "), not: fc.constantFrom("NOT ", "-") });

test("a filter means what its tree means, however it is written", () => {
  fc.assert(
    fc.property(tree, labels, styles, (node, values, { and, not }) => {
      const text = print(node, 0, and, not);
      expect([text, compileLogFilter(text)({ labels: values })]).toEqual([text, evaluate(node, values)]);
    }),
  );
});

test("every text gives a filter or a refusal", () => {
  const part = fc.constantFrom(
    "a",
    "labels.x",
    "=",
    ":",
    "!",
    "~",
    "(",
    ")",
    '"',
    "\\",
    "-",
    "--",
    "\n",
    " ",
    "*",
    ".",
    "OR ",
    "NOT ",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part, { maxLength: 12 }).map((parts) => parts.join("")),
      ),
      (text) => {
        try {
          expect(typeof compileLogFilter(text)(entry)).toBe("boolean");
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
          expect((error as ApiError).status).toBe("INVALID_ARGUMENT");
        }
      },
    ),
  );
});

test("a quoted value is found as it was before quoting", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (value) => {
      const quoted = `"${value.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
      expect(compileLogFilter(`textPayload=${quoted}`)({ textPayload: value })).toBe(true);
      expect(compileLogFilter(`labels.${quoted}:*`)({ labels: { [value]: "x" } })).toBe(true);
    }),
  );
});
