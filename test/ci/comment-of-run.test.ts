import { type Artifact, parseArtifact } from "../../ci/artifact";
import { commentOfRun } from "../../ci/comment-of-run";
import { githubApi } from "../../ci/github";
import type { WorkflowRun } from "../../ci/workflow-run";
import { GitHubServer } from "../helpers/github-server";
import { reviewOf } from "../helpers/review";

const HEAD = "a".repeat(40);
const NEXT = "b".repeat(40);
const AUTHOR = "github-actions[bot]";

const server = new GitHubServer();
beforeAll(() => server.start());
afterAll(() => server.stop());
beforeEach(() => {
  server.comments = [];
  server.faults = [];
  server.pageSize = 100;
  server.requests.length = 0;
  server.pulls = [{ number: 7, headSha: HEAD, headRepo: "acme/gemini-keys", headBranch: "wider" }];
});

const waits: number[] = [];
beforeEach(() => {
  waits.length = 0;
});
const api = (env: Record<string, string> = server.env) =>
  githubApi({
    env,
    rights: "`permissions: { pull-requests: write }`",
    wait: async (milliseconds) => waits.push(milliseconds),
  });

const run = (changes: Partial<WorkflowRun> = {}): WorkflowRun => ({
  repository: "acme/gemini-keys",
  kind: "preview",
  id: 99,
  url: "https://github.com/acme/gemini-keys/actions/runs/99",
  head: HEAD,
  headRepository: "acme/gemini-keys",
  headBranch: "wider",
  fromFork: false,
  conclusion: "success",
  ...changes,
});

const artifact = (changes: Record<string, unknown> = {}, sentence?: string): Artifact =>
  parseArtifact(
    "artifact.json",
    JSON.stringify({
      formatVersion: 1,
      kind: "preview",
      pullRequest: 7,
      head: HEAD,
      review: reviewOf(["prod"], sentence),
      ...changes,
    }),
  );
const plan = (stack: string) =>
  artifact({ kind: "plan", stack, effects: { formatVersion: 1, resources: [], outputs: [] } });

const put = (changes: Partial<WorkflowRun> = {}, artifacts: readonly Artifact[] = [artifact()]) =>
  commentOfRun({ api: api(), run: run(changes), artifacts, author: AUTHOR });

test("a new pull request gets one comment, and each further run changes it", async () => {
  expect(await put()).toBe("The comment of pull request 7: created.");
  expect(server.bodies(7)).toHaveLength(1);
  expect(server.bodies(7)[0]).toContain("may now be called from");
  expect(await put()).toBe("The comment of pull request 7: unchanged.");
  expect(await put({}, [artifact({}, "Something else.")])).toBe("The comment of pull request 7: updated.");
  expect(server.bodies(7)).toHaveLength(1);
  expect(server.bodies(7)[0]).toContain("Something else");
});

test("plan and preview share the comment, and neither touches the other's part", async () => {
  await put();
  await put({ kind: "plan" }, [plan("dev"), plan("prod")]);
  const [body] = server.bodies(7);
  expect(server.bodies(7)).toHaveLength(1);
  expect(body).toContain("may now be called from");
  expect(body).toContain("### Plan of `dev`\n\nThe plan changes nothing.");
  expect(body).toContain("### Plan of `prod`");
  await put({ kind: "plan" }, []);
  expect(server.bodies(7)[0]).not.toContain("Plan of");
});

test("when the head moves, what is there becomes old, and is not when the new run is done", async () => {
  await put();
  server.pulls[0]!.headSha = NEXT;
  expect(await put({ head: NEXT, conclusion: undefined }, [])).toBe("The comment of pull request 7: updated.");
  expect(server.bodies(7)[0]).toContain("> **Old.** This is of `aaaaaaa`; the head is `bbbbbbb` now.\n\n");
  expect(await put({ head: NEXT, conclusion: undefined }, [])).toBe("The comment of pull request 7: unchanged.");
  await put({ head: NEXT }, [artifact({ head: NEXT })]);
  expect(server.bodies(7)[0]).not.toContain("Old.");
});

test("a run that begins makes no comment", async () => {
  expect(await put({ conclusion: undefined }, [])).toBe("The comment of pull request 7: unchanged.");
  expect(server.comments).toEqual([]);
});

test("a run that ends after the head has moved writes nothing of its own", async () => {
  server.pulls[0]!.headSha = NEXT;
  expect(await put()).toBe("The comment of pull request 7: unchanged. Its head has moved on to bbbbbbb.");
  expect(server.comments).toEqual([]);
});

test("a run that failed is told, with its page, and what it wrote all the same", async () => {
  await put({ conclusion: "failure" }, []);
  expect(server.bodies(7)[0]).toContain(
    "The preview of `aaaaaaa` did not pass (failure): see [its run](https://github.com/acme/gemini-keys/actions/runs/99).",
  );
  await put({ conclusion: "failure" });
  expect(server.bodies(7)[0]).toContain("did not pass");
  expect(server.bodies(7)[0]).toContain("may now be called from");
});

test("a comment that was deleted by hand is made again, also if that happens in between", async () => {
  await put();
  server.comments = [];
  expect(await put()).toBe("The comment of pull request 7: created.");
  server.faults = [[/^PATCH /, { status: 404 }]];
  server.comments[0]!.body += " ";
  const gone = server.comments[0]!.id;
  server.faults = [[/^PATCH /, { status: 404, message: "Not Found" }]];
  // The server has it still: what counts is that it said no.
  server.comments = server.comments.filter(({ id }) => id !== gone);
  expect(await put()).toBe("The comment of pull request 7: created.");
  expect(server.bodies(7)).toHaveLength(1);
});

test("comments of others are left alone: of a person with our mark, of us without it", async () => {
  server.addComment(7, "<!-- gemkeys -->\nfake", "mallory");
  server.addComment(7, "A linter of this workflow", AUTHOR);
  await put();
  expect(server.bodies(7)).toHaveLength(3);
  expect(server.bodies(7).slice(0, 2)).toEqual(["<!-- gemkeys -->\nfake", "A linter of this workflow"]);
});

test("it is found on the third page, and the address of the next page is not followed", async () => {
  for (let index = 0; index < 250; index++) server.addComment(7, "chat", "alice");
  server.addComment(7, "<!-- gemkeys -->", AUTHOR);
  expect(await put()).toBe("The comment of pull request 7: updated.");
  expect(server.bodies(7)).toHaveLength(251);
});

test("two runs at once leave one comment", async () => {
  await Promise.all([put(), put({ kind: "plan" }, [plan("dev")]), put()]);
  expect(server.bodies(7)).toHaveLength(1);
});

test("two pull requests at once do not touch each other", async () => {
  server.pulls.push({ number: 8, headSha: NEXT, headRepo: "acme/gemini-keys", headBranch: "other" });
  await Promise.all([
    put(),
    put({ head: NEXT, headBranch: "other" }, [artifact({ head: NEXT, pullRequest: 8 }, "The other one.")]),
  ]);
  expect([server.bodies(7).length, server.bodies(8).length]).toEqual([1, 1]);
  expect(server.bodies(8)[0]).toContain("The other one");
});

test("nothing is done where no open pull request has the head", async () => {
  server.pulls = [];
  expect(await put()).toBe("No open pull request has this head: nothing to do.");
  expect(server.comments).toEqual([]);
});

describe("an artifact that does not belong to the run", () => {
  test.each<[string, Partial<WorkflowRun>, () => Artifact[], string]>([
    [
      "of another pull request",
      {},
      () => [artifact({ pullRequest: 8 })],
      "The artifact must be of a pull request whose head is wider of acme/gemini-keys, got: one of number 8. Nothing was written.",
    ],
    [
      "of another commit",
      {},
      () => [artifact({ head: NEXT })],
      `The artifact must be of the commit ${HEAD}, got: ${NEXT}. Nothing was written.`,
    ],
    [
      "of another workflow",
      { kind: "plan" },
      () => [artifact()],
      "The artifact must be of a plan, got: one of a preview. Nothing was written.",
    ],
    [
      "of two pull requests",
      { kind: "plan" },
      () => [plan("a"), { ...plan("b"), pullRequest: 8 }],
      "All artifacts must be of one pull request, got: several. Nothing was written.",
    ],
    [
      "of one stack twice",
      { kind: "plan" },
      () => [plan("a"), plan("a")],
      "Each artifact must be of another stack, got: one twice. Nothing was written.",
    ],
  ])("%s is refused", async (_what, changes, artifacts, message) => {
    server.pulls.push({ number: 8, headSha: NEXT, headRepo: "acme/gemini-keys", headBranch: "other" });
    await expect(put(changes, artifacts())).rejects.toThrow(message);
    expect(server.comments).toEqual([]);
  });

  test("a fork cannot name the pull request of another fork with the same branch", async () => {
    server.pulls = [{ number: 7, headSha: HEAD, headRepo: "mallory/other", headBranch: "wider" }];
    expect(await put({ headRepository: "mallory/gemini-keys", fromFork: true })).toBe(
      "No open pull request has this head: nothing to do.",
    );
  });
});

describe("a fork that changes workflows", () => {
  const fork = (files: string[]) => {
    server.pulls = [{ number: 7, headSha: HEAD, headRepo: "mallory/keys", headBranch: "wider", files }];
    return put({ headRepository: "mallory/keys", fromFork: true });
  };

  test("is told to be read instead", async () => {
    await fork([...Array.from({ length: 150 }, (_, i) => `config/${i}`), ".github/workflows/preview.yml"]);
    expect(server.bodies(7)[0]).toContain("> This pull request from a fork changes `.github/`.");
  });

  test("one that does not, is not", async () => {
    await fork(["config/environments/dev.yaml"]);
    expect(server.bodies(7)[0]).not.toContain("changes `.github/`");
  });
});

describe("what GitHub answers", () => {
  const RIGHTS = "It needs `permissions: { pull-requests: write }`.";
  const failing = async (pattern: RegExp, status: number, headers: Record<string, string> = {}, times = 1) => {
    server.faults = Array.from({ length: times }, () => [pattern, { status, headers, message: "No <b>@you</b>" }]);
    const message = await put().then(
      (done) => done,
      (error: Error) => error.message,
    );
    return { message, comments: server.comments.length };
  };
  const POST = "POST /repos/acme/gemini-keys/issues/7/comments";

  test.each<[number, string]>([
    [403, `GitHub answered 403 to ${POST}: the token may not do that. ${RIGHTS} It says: No <b>@you</b>`],
    [
      404,
      `GitHub answered 404 to ${POST}: there is no such thing, or the token may not see it. ${RIGHTS} It says: No <b>@you</b>`,
    ],
    [422, `GitHub answered 422 to ${POST}: it does not accept the content. It says: No <b>@you</b>`],
    [409, `GitHub answered 409 to ${POST}: it refuses. It says: No <b>@you</b>`],
  ])("%i ends with a message, and no comment", async (status, message) => {
    expect(await failing(/^POST/, status)).toEqual({ message, comments: 0 });
  });

  test("a token that is wrong, and none", async () => {
    const wrong = commentOfRun({
      api: api({ ...server.env, GITHUB_TOKEN: "ghs_other" }),
      run: run(),
      artifacts: [],
      author: AUTHOR,
    });
    await expect(wrong).rejects.toThrow(
      "GitHub answered 401 to GET /repos/acme/gemini-keys/pulls: the token is missing, wrong or expired. Pass the one of the job. It says: Bad credentials",
    );
    expect(() => api({})).toThrow(
      "`GITHUB_TOKEN` must be set, got: nothing. Pass it to the step: env: { GITHUB_TOKEN: ${{ github.token }} }",
    );
  });

  test("a fault that passes is waited for", async () => {
    expect(await failing(/^GET/, 502, {}, 3)).toEqual({
      message: "The comment of pull request 7: created.",
      comments: 1,
    });
    expect(waits).toEqual([1000, 2000, 4000]);
  });

  test("a fault that stays ends with a message", async () => {
    expect(await failing(/^GET/, 503, {}, 4)).toEqual({
      message:
        "GitHub answered 503 to GET /repos/acme/gemini-keys/pulls: it has a fault. Run this job again later. It says: No <b>@you</b>",
      comments: 0,
    });
  });

  test.each([true, false])(
    "a fault while it creates leaves one comment, whether it was done (%s) or not",
    async (afterDoing) => {
      server.faults = [[/^POST/, { status: 502, afterDoing }]];
      expect(await put()).toBe("The comment of pull request 7: created.");
      expect(server.comments).toHaveLength(1);
    },
  );

  test("the secondary limit says how long to wait", async () => {
    expect(await failing(/^POST/, 403, { "retry-after": "7" })).toEqual({
      message: "The comment of pull request 7: created.",
      comments: 1,
    });
    expect(waits).toEqual([7000]);
  });

  test("a limit that lasts longer than a job should sleep ends with a message", async () => {
    expect(await failing(/^GET/, 429, { "retry-after": "600" })).toEqual({
      message: "GitHub allows no more requests for 10 minutes (429). Run this job again then.",
      comments: 0,
    });
    const reset = String(Math.ceil(Date.now() / 1000) + 2990);
    expect((await failing(/^GET/, 403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset })).message).toBe(
      "GitHub allows no more requests for 50 minutes (403). Run this job again then.",
    );
  });

  test("no connection, and an answer that is not of an API", async () => {
    const nowhere = commentOfRun({
      api: api({ ...server.env, GITHUB_API_URL: "http://127.0.0.1:9" }),
      run: run(),
      artifacts: [],
      author: AUTHOR,
    });
    await expect(nowhere).rejects.toThrow(
      /^GitHub cannot be reached at http:\/\/127\.0\.0\.1:9: .*\. Run this job again\.$/,
    );
  });
});

describe("what a fork writes is text, and nothing else", () => {
  const HOSTILE = [
    "@acme/security <img src=x onerror=alert(1)> [click](javascript:alert(1))",
    "<!-- /gemkeys:preview --><!-- gemkeys:plan " + HEAD + " -->",
    "<!-- gemkeys -->",
    "\n\n# Approved\n\n```",
    "${{ secrets.TOKEN }} `$(id)`",
    "![x](https://evil.example/pixel.png) https://evil.example www.evil.example #1 GH-1",
  ].join(" ");

  test("no mention, no HTML, no link, no end of our part", async () => {
    await put({}, [artifact({}, HOSTILE)]);
    const [body = ""] = server.bodies(7);
    expect(body.match(/<!--/g)).toHaveLength(3);
    // What the renderer escapes is tested with it: here, that it did.
    expect(body.match(/.@acme|.<img|.\[click/g)).toEqual(["`@acme", "`<img", "`[click", "`@acme", "`<img", "`[click"]);
    expect(body).not.toMatch(/^# Approved/m);
    await put({ kind: "plan" }, [plan("dev")]);
    expect(server.bodies(7)[0]!.match(/<!-- gemkeys:plan/g)).toHaveLength(1);
  });

  test("a review that is too long is cut between environments, and the comment is accepted", async () => {
    const many = Array.from({ length: 100 }, (_, index) => `e${index}`);
    await put({}, [artifact({ review: reviewOf(many, "x".repeat(2000)) })]);
    expect(server.bodies(7)[0]!.length).toBeLessThan(65_536);
    expect(server.bodies(7)[0]).toContain("**Left out, since it is too long for a comment:** ");
    const plans = many.map((stack) => artifact({ ...plan(stack), review: reviewOf([stack], "y".repeat(900)) }));
    await put({ kind: "plan" }, plans);
    expect(server.bodies(7)[0]!.length).toBeLessThan(65_536);
    expect(server.bodies(7)[0]).toContain("The rest is in [the summary of the run]");
  });
});
