import { object } from "../inventory/stack-file";
import { CiError } from "./ci-error";
import { MARKER } from "./comment-body";
import { HttpApi } from "./http-api";
import type { CommentHost } from "./put-comment";

export interface GitHubOptions {
  readonly env: NodeJS.ProcessEnv;
  /** What the token needs for what is done here. */
  readonly rights: string;
  readonly wait?: (milliseconds: number) => Promise<unknown>;
}

/** The API of GitHub, as a workflow reaches it. @throws CiError without a token. */
export function githubApi({ env, rights, wait }: GitHubOptions): HttpApi {
  const token = env["GITHUB_TOKEN"];
  if (!token) {
    throw new CiError(
      "`GITHUB_TOKEN` must be set, got: nothing. Pass it to the step: env: { GITHUB_TOKEN: ${{ github.token }} }",
    );
  }
  return new HttpApi({
    name: "GitHub",
    url: (env["GITHUB_API_URL"] || "https://api.github.com").replace(/\/$/, ""),
    headers: {
      authorization: `Bearer ${token}`,
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      "user-agent": "gemkeys",
    },
    rights,
    wait,
  });
}

/** All entries of a list. */
export function githubList(api: HttpApi, path: string): Promise<unknown[]> {
  // Only whether there is a next page is taken from the header, never its address.
  return api.list(path, ({ headers }) => /;\s*rel="next"/.test(headers.get("link") ?? ""));
}

/** The comments of a pull request that `author` wrote. @param repository `owner/name`. */
export function githubComments(api: HttpApi, repository: string, number: number, author: string): CommentHost {
  const path = `/repos/${repository}/issues`;
  return {
    find: async () => {
      const all = (await githubList(api, `${path}/${number}/comments`)).map(object);
      return all
        .filter(({ user, body }) => object(user)["login"] === author && String(body).startsWith(MARKER))
        .map(({ id, body }) => ({ id: Number(id), body: String(body) }))
        .sort((a, b) => a.id - b.id);
    },
    create: async (body) => {
      await api.call("POST", `${path}/${number}/comments`, { body });
    },
    update: async (id, body) => {
      await api.call("PATCH", `${path}/comments/${id}`, { body });
    },
    remove: async (id) => {
      await api.call("DELETE", `${path}/comments/${id}`);
    },
  };
}
