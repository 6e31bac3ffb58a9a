import { runGemkeys } from "../helpers/run-gemkeys";

jest.setTimeout(30_000);

test("gemkeys explain tells about a rule, however its id is written", async () => {
  expect(await runGemkeys(["explain", "gemkey-waiver-02"])).toEqual({
    code: 0,
    stdout: `GEMKEY-WAIVER-02 (low)
A waiver excuses nothing

Why
  It would excuse the next mistake of its kind without anybody deciding so.

What to do
  Remove the waiver.
`,
    stderr: "",
  });
});

test("of a rule of keys, with its references", async () => {
  const { code, stdout } = await runGemkeys(["explain", "GEMKEY-IP-02"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^GEMKEY-IP-02 \(high\)\nA range of addresses is narrow\n\nWhy\n {2}.+\n\nWhat to do\n {2}.+\n\nSee\n {2}CIS .+\n/,
  );
});

test.each([
  ["GEMKEY-IP-2", "Did you mean GEMKEY-IP-02?"],
  ["wide ranges", "docs/policies.md lists the rules."],
])("%s is no rule: code 2", async (id, fix) => {
  expect(await runGemkeys(["explain", id])).toEqual({
    code: 2,
    stdout: "",
    stderr: `\`rule\` must be the id of a rule, got: ${id}. ${fix}\n`,
  });
});
