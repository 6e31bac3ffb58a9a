import { compileExtractor, extractLabels } from "../../emulator/label-extractors";

const entry = {
  severity: "NOTICE",
  labels: { "k8s-pod/app": "web" },
  protoPayload: {
    "@type": "type.googleapis.com/google.cloud.audit.AuditLog",
    resourceName: 'projects/p/keys/"a"',
    status: { code: 7 },
    granted: false,
    list: ["x"],
  },
};

test.each([
  ["EXTRACT(severity)", "NOTICE"],
  ["EXTRACT( protoPayload.status.code )", "7"],
  ["EXTRACT(protoPayload.granted)", "false"],
  ["EXTRACT(protoPayload.@type)", "type.googleapis.com/google.cloud.audit.AuditLog"],
  ['EXTRACT(labels."k8s-pod/app")', "web"],
  ["EXTRACT(protoPayload.status)", undefined],
  ["EXTRACT(protoPayload.list)", undefined],
  ["EXTRACT(jsonPayload.nothing.at.all)", undefined],
  ['REGEXP_EXTRACT(protoPayload.resourceName, "^projects/([^/]+)/")', "p"],
  [String.raw`REGEXP_EXTRACT(protoPayload.resourceName, "\"(.)\"")`, "a"],
  ['REGEXP_EXTRACT(protoPayload.resourceName, "nothing/(.)")', undefined],
  ['REGEXP_EXTRACT(jsonPayload.nothing, "(.)")', undefined],
])("%s", (extractor, value) => {
  expect(compileExtractor(extractor)!(entry)).toBe(value);
});

test.each([
  "severity",
  "EXTRACT()",
  "EXTRACT(a b)",
  "EXTRACT(a) ",
  "REGEXP_EXTRACT(a)",
  "REGEXP_EXTRACT(a, b)",
  'REGEXP_EXTRACT(a, "(")',
])("%s is no extractor", (extractor) => {
  expect(compileExtractor(extractor)).toBeUndefined();
});

test("a label without a value is left out", () => {
  const extractors = { severity: "EXTRACT(severity)", none: "EXTRACT(labels.none)" };
  expect(extractLabels(entry, extractors)).toEqual({ severity: "NOTICE" });
});
