import { keyMaterialIn, redactKeys } from "../../values/redact";

const STANDARD = `AIza${"FAKE-fixture-".repeat(3)}`;
const PEM = "-----BEGIN EC PRIVATE KEY-----\nFAKE\n-----END EC PRIVATE KEY-----";

test.each([
  ["nothing", []],
  ["https://example.com/AQ.short", []],
  [STANDARD, ["standard key"]],
  [`KEY=${STANDARD}`, ["standard key"]],
  [`xAIza${"a".repeat(35)}`, []],
  [`AQ.${"FAKE-fixture-".repeat(2)}`, ["auth key"]],
  [`FAQ.${"about-this-and-that-".repeat(2)}`, []],
  [PEM, ["private key"]],
  [JSON.stringify({ type: "service_account", private_key: PEM }), ["service account key"]],
  [JSON.stringify({ private_key: PEM }), ["service account key"]],
  ['{"private_key": "x"}', []],
  [`ghp_${"FAKE".repeat(5)} ${STANDARD}`, ["standard key", "token"]],
  ["https://hooks.slack.com/services/FAKE", ["token"]],
])("%j holds %j", (text, kinds) => {
  expect(keyMaterialIn(text)).toEqual(kinds);
});

test("a private key is redacted up to its end, or up to the end of the text", () => {
  expect(redactKeys(`a ${PEM} b ${PEM}`)).toBe("a [redacted] b [redacted]");
  expect(redactKeys("a -----BEGIN PRIVATE KEY-----\nFAKE")).toBe("a [redacted]");
});
