import { githubOutput, gitlabPipeline, inOrder, jobsOf } from "../../ci/matrix";

test("declared environments come first, in their order, the others by name", () => {
  expect(inOrder(["b", "dev", "a", "prod", "staging"], ["dev", "staging", "prod"])).toEqual([
    "dev",
    "staging",
    "prod",
    "a",
    "b",
  ]);
});

test("one job a stack, and none for none", () => {
  expect(githubOutput(jobsOf(["dev", "prod"]))).toBe(
    'matrix={"include":[{"name":"dev","stacks":"dev"},{"name":"prod","stacks":"prod"}]}\ncount=2\n',
  );
  expect(githubOutput(jobsOf([]))).toBe('matrix={"include":[]}\ncount=0\n');
});

test.each([256, 257, 300, 1000])(
  "%i stacks make no more jobs than GitHub runs, and each stack is in one, in order",
  (n) => {
    const names = Array.from({ length: n }, (_, index) => `e${String(index).padStart(4, "0")}`);
    const jobs = jobsOf(names);
    expect(jobs.length).toBeLessThanOrEqual(256);
    expect(jobs.flatMap(({ stacks }) => stacks)).toEqual(names);
  },
);

test("a job of several stacks is named by the first and the last", () => {
  expect(jobsOf(["a", "b", "c"], 2)).toEqual([
    { name: "a to b", stacks: ["a", "b"] },
    { name: "c", stacks: ["c"] },
  ]);
});

test("GitLab: each deployment waits for the one before, plans wait for nothing", () => {
  const jobs = jobsOf(["dev", "prod"]);
  expect(JSON.parse(gitlabPipeline(jobs, "deploy"))).toEqual({
    include: [{ local: "ci/gitlab-jobs.yml" }],
    "deploy dev": { extends: ".deploy", variables: { STACKS: "dev" }, needs: [] },
    "deploy prod": { extends: ".deploy", variables: { STACKS: "prod" }, needs: ["deploy dev"] },
  });
  expect(JSON.parse(gitlabPipeline(jobs, "plan"))["plan prod"]).toEqual({
    extends: ".plan",
    variables: { STACKS: "prod" },
  });
  expect(JSON.parse(gitlabPipeline([], "plan"))).toEqual({
    include: [{ local: "ci/gitlab-jobs.yml" }],
    "nothing to do": { extends: ".nothing" },
  });
});
