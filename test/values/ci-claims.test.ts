import { checkSubject, conditionOf, exclude, githubDeployer, githubPlanner } from "../../values/ci-claims";
import { describeProblem } from "../../values/problem";

const REPOSITORY = { repository: "acme/gemini-keys", branch: "main", environment: "production" };

test("a condition demands every claim", () => {
  expect(conditionOf({ repository: "acme/gemini-keys", ref: "refs/heads/main" })).toBe(
    'assertion.repository == "acme/gemini-keys" && assertion.ref == "refs/heads/main"',
  );
});

test("no token of GitHub passes both conditions, with and without the repository's number", () => {
  for (const repositoryId of [undefined, "74"]) {
    const repository = { ...REPOSITORY, repositoryId };
    expect(exclude(githubPlanner(repository), githubDeployer(repository))).toBe(true);
    expect(githubDeployer(repository)["repository_id"]).toBe(repositoryId);
  }
});

test.each([
  [{ a: "1" }, { a: "2" }, true],
  [{ a: "1" }, { a: "1" }, false],
  [{ a: "1" }, { b: "2" }, false],
  [{ a: "1", b: "1" }, { a: "1", b: "2" }, true],
])("%j and %j exclude each other: %s", (a, b, expected) => {
  expect(exclude(a, b)).toBe(expected);
});

test("a subject has at most 127 bytes", () => {
  expect(checkSubject("a".repeat(127))).toBeUndefined();
  expect(describeProblem("sub", checkSubject("a".repeat(128))!)).toBe(
    "`sub` must have at most 127 characters, got: 128 characters. Google refuses a token with a longer one: shorten the names it is made of.",
  );
});
