import { celVariables, evaluateCel } from "../../emulator/cel";

const assertion = {
  sub: "repo:acme/keys:environment:prod",
  repository: "acme/keys",
  ref: "refs/heads/main",
  run_attempt: 1,
  groups: ["a", "b"],
};
const attribute = { environment: "prod" };

test.each<[string, unknown]>([
  ["assertion.repository == 'acme/keys'", true],
  ["assertion.repository == 'acme/other'", false],
  ["assertion.repository != 'acme/keys'", false],
  ["assertion.repository == 'acme/keys' && assertion.ref == 'refs/heads/main'", true],
  ["assertion.repository == 'acme/keys' && assertion.ref == 'refs/heads/dev'", false],
  ["assertion.repository == 'acme/other' || attribute.environment == 'prod'", true],
  ["!(assertion.ref in ['refs/heads/main', 'refs/heads/dev'])", false],
  ["assertion.ref.startsWith('refs/heads/')", true],
  ["assertion.sub.endsWith(':environment:prod')", true],
  ["assertion.sub.matches('^repo:acme/[a-z]+:environment:prod$')", true],
  ["assertion.sub.contains('pull_request')", false],
  ["has(assertion.environment)", false],
  ["has(assertion.ref) && assertion['ref'] == \"refs/heads/main\"", true],
  ["assertion.run_attempt == 1", true],
  ["'a' in assertion.groups && !('c' in assertion.groups)", true],
  ["assertion.groups.exists(group, group == 'b')", true],
  ["assertion.repository + '@' + assertion.ref", "acme/keys@refs/heads/main"],
  ["assertion.environment == 'prod'", undefined],
  ["assertion.environment == 'prod' || true", true],
  ["assertion.sub.extract('repo:{name}:')", undefined],
  ["assertion.sub ==", undefined],
  ["nobody.knows == 'x'", undefined],
])("%s is %j", (expression, expected) => {
  expect(evaluateCel(expression, { assertion, attribute })).toBe(expected);
});

test.each<[string, readonly string[]]>([
  ["true", []],
  ["assertion.a == 'x' && attribute.b in ['y']", ["assertion", "attribute"]],
  ["has(assertion.x)", ["assertion"]],
  ["google.groups.exists(group, group == assertion.team)", ["google", "assertion"]],
])("%s uses %j", (expression, names) => {
  expect(celVariables(expression)).toEqual({ names });
});

test.each([
  ["(assertion.a", "<input>:1:13: found end of input but expecting ')'"],
  ["assertion.a = 'x'", "<input>:1:13: found = but expecting end of input"],
])("%s cannot be read", (expression, problem) => {
  expect(celVariables(expression)).toEqual({ problem });
});
