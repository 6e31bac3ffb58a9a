import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { approvedMergeRequest } from "../../ci/approved-merge-request";
import { type Artifact, parseArtifact } from "../../ci/artifact";
import { commentOfMergeRequest } from "../../ci/comment-of-merge-request";
import { gitlabProject, mergeRequest } from "../../ci/gitlab";
import { reviewOf } from "../helpers/review";

const HEAD = "a".repeat(40);
const NEXT = "b".repeat(40);

interface Note {
  readonly id: number;
  readonly author: { readonly id: number };
  body: string;
}

/** What GitLab answers, by `METHOD path`; notes can be written. */
let answers: Record<string, unknown>;
let notes: Note[];
let head: string;
let nextId: number;
const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const url = new URL(request.url!, "http://local");
    const what = `${request.method} ${url.pathname}`;
    const send = (status: number, body: unknown, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    };
    if (request.headers["private-token"] !== "glpat-fake") return send(401, { message: "401 Unauthorized" });
    const text = () => (JSON.parse(Buffer.concat(chunks).toString()) as { body: string }).body;
    if (what === "GET /user") return send(200, { id: 5 });
    if (what === "GET /projects/3/merge_requests/7") return send(200, { sha: head });
    if (what === "GET /projects/3/merge_requests/7/notes") {
      const page = Number(url.searchParams.get("page"));
      const more = notes.length > page * 100;
      return send(200, notes.slice((page - 1) * 100, page * 100), { "x-next-page": more ? String(page + 1) : "" });
    }
    if (what === "POST /projects/3/merge_requests/7/notes") {
      notes.push({ id: nextId++, author: { id: 5 }, body: text() });
      return send(201, {});
    }
    const note = notes.find(({ id }) => what === `PUT /projects/3/merge_requests/7/notes/${id}`);
    if (note) {
      note.body = text();
      return send(200, {});
    }
    return what in answers ? send(200, answers[what]) : send(404, { message: "404 Not found" });
  });
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  answers = {};
  notes = [];
  nextId = 1;
  head = HEAD;
});

const env = (changes: Record<string, string> = {}) => ({
  CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  CI_PROJECT_ID: "3",
  CI_MERGE_REQUEST_IID: "7",
  GITLAB_TOKEN: "glpat-fake",
  ...changes,
});
const artifact = (changes: Record<string, unknown> = {}): Artifact =>
  parseArtifact(
    "artifact.json",
    JSON.stringify({
      formatVersion: 1,
      kind: "preview",
      pullRequest: 7,
      head: HEAD,
      review: reviewOf(["prod"]),
      ...changes,
    }),
  );
const put = (...artifacts: Artifact[]) =>
  commentOfMergeRequest(mergeRequest(env()), artifacts, "https://gitlab.example/p/1");

test("one note, found among others on the second page, changed, and old when the head moves", async () => {
  for (let id = 1000; id < 1150; id++) notes.push({ id, author: { id: 9 }, body: "<!-- gemkeys -->" });
  expect(await put(artifact())).toBe("The note of merge request 7: created.");
  expect(await put(artifact())).toBe("The note of merge request 7: unchanged.");
  head = NEXT;
  expect(await put(artifact())).toBe("The note of merge request 7: updated. Its head has moved on to bbbbbbb.");
  expect(notes.filter(({ author }) => author.id === 5).map(({ body }) => body)).toEqual([
    expect.stringContaining("> **Old.** This is of `aaaaaaa`; the head is `bbbbbbb` now."),
  ]);
});

test("an artifact of another merge request is refused", async () => {
  await expect(put(artifact({ pullRequest: 8 }))).rejects.toThrow(
    "The artifact must be of merge request 7, got: one of 8. Nothing was written.",
  );
  expect(notes).toEqual([]);
});

test("without what a pipeline of a merge request has", async () => {
  expect(() => mergeRequest(env({ CI_MERGE_REQUEST_IID: "" }))).toThrow(
    "`CI_MERGE_REQUEST_IID` must be set, got: nothing. Run the job in pipelines of merge requests.",
  );
  expect(() => mergeRequest(env({ GITLAB_TOKEN: "" }))).toThrow(
    "`GITLAB_TOKEN` must be set, got: nothing. Make a project access token with the scope api and the role Reporter, and a masked variable of it.",
  );
  await expect(commentOfMergeRequest(mergeRequest(env({ GITLAB_TOKEN: "other" })), [artifact()], "")).rejects.toThrow(
    "GitLab answered 401 to GET /projects/3/merge_requests/7: the token is missing, wrong or expired. Pass the one of the job. It says: 401 Unauthorized",
  );
});

describe("what a push merged", () => {
  const merged = { iid: 7, state: "merged", target_branch: "main", merge_commit_sha: NEXT, sha: HEAD };
  const commits = `GET /projects/3/repository/commits/${NEXT}/merge_requests`;
  const find = () => approvedMergeRequest(gitlabProject(env()), NEXT, "main", ["dev", "prod"]);

  test("and the artifacts of its last pipeline, of the stacks that have one", async () => {
    answers = {
      [commits]: [merged],
      "GET /projects/3/merge_requests/7/pipelines": [{ id: 10 }, { id: 12 }],
      "GET /projects/3/pipelines/12/bridges": [{ name: "plan", downstream_pipeline: { id: 13 } }],
      "GET /projects/3/pipelines/13/jobs": [{ id: 20, name: "plan dev" }],
      "GET /projects/3/jobs/20/artifacts/plan/dev.json": { formatVersion: 1 },
    };
    expect(await find()).toEqual({ number: 7, head: HEAD, artifacts: new Map([["dev", '{"formatVersion":1}']]) });
  });

  test("nothing, if it was pushed past review", async () => {
    answers = { [commits]: [{ ...merged, state: "closed" }] };
    await expect(find()).rejects.toThrow(
      "bbbbbbb must come from a merge request that was merged to main, got: a commit without one. Nothing is deployed: what it changes was not approved. Open a merge request that touches the environments in question.",
    );
  });
});
