import { object } from "../inventory/stack-file";
import { CiError } from "./ci-error";
import { MARKER } from "./comment-body";
import { HttpApi } from "./http-api";
import type { CommentHost } from "./put-comment";

/** The project whose pipeline runs. */
export interface GitLabProject {
  readonly api: HttpApi;
  /** `/projects/<id>` */
  readonly path: string;
}

/** The merge request whose pipeline runs, as GitLab's variables tell it. */
export interface MergeRequest {
  readonly api: HttpApi;
  /** `/projects/<id>/merge_requests/<iid>` */
  readonly path: string;
  readonly number: number;
}

type Wait = (milliseconds: number) => Promise<unknown>;

/** @throws CiError outside of GitLab, or without a token. */
export function gitlabProject(env: NodeJS.ProcessEnv, wait?: Wait): GitLabProject {
  const url = need(env, "CI_API_V4_URL", /^https?:\/\/./, "GitLab sets it in every job.");
  const project = need(env, "CI_PROJECT_ID", /^\d+$/, "GitLab sets it in every job.");
  const fix = "Make a project access token with the scope api and the role Reporter, and a masked variable of it.";
  const token = need(env, "GITLAB_TOKEN", /^[\x21-\x7e]+$/, fix);
  const headers = { "private-token": token, "user-agent": "gemkeys" };
  const rights = "the scope api, and the role Reporter in this project";
  return { api: new HttpApi({ name: "GitLab", url, headers, rights, wait }), path: `/projects/${project}` };
}

/** @throws CiError if it is no pipeline of a merge request, or there is no token. */
export function mergeRequest(env: NodeJS.ProcessEnv, wait?: Wait): MergeRequest {
  const { api, path } = gitlabProject(env, wait);
  const number = need(env, "CI_MERGE_REQUEST_IID", /^\d+$/, "Run the job in pipelines of merge requests.");
  return { api, path: `${path}/merge_requests/${number}`, number: Number(number) };
}

function need(env: NodeJS.ProcessEnv, name: string, pattern: RegExp, fix: string): string {
  const value = env[name] ?? "";
  if (pattern.test(value)) return value;
  throw new CiError(`\`${name}\` must be set, got: ${value === "" ? "nothing" : "another value"}. ${fix}`);
}

/** The head of a merge request. */
export async function mergeRequestHead({ api, path }: MergeRequest): Promise<string> {
  const { sha } = object((await api.call("GET", path)).body);
  if (typeof sha !== "string") throw api.strange(path);
  return sha;
}

/** The notes that the token's own user wrote. */
export function gitlabNotes({ api, path }: MergeRequest): CommentHost {
  return {
    find: async () => {
      const { id: own } = object((await api.call("GET", "/user")).body);
      const notes = await api.list(`${path}/notes`, ({ headers }) => (headers.get("x-next-page") ?? "") !== "");
      return notes
        .map(object)
        .filter(({ author, body }) => object(author)["id"] === own && String(body).startsWith(MARKER))
        .map(({ id, body }) => ({ id: Number(id), body: String(body) }))
        .sort((a, b) => a.id - b.id);
    },
    create: async (body) => {
      await api.call("POST", `${path}/notes`, { body });
    },
    update: async (id, body) => {
      await api.call("PUT", `${path}/notes/${id}`, { body });
    },
    remove: async (id) => {
      await api.call("DELETE", `${path}/notes/${id}`);
    },
  };
}
