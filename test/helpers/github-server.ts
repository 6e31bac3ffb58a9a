import * as http from "node:http";
import type { AddressInfo } from "node:net";

export interface StoredComment {
  readonly id: number;
  readonly pull: number;
  readonly login: string;
  body: string;
}

export interface StoredPull {
  readonly number: number;
  headSha: string;
  readonly headRepo: string;
  readonly headBranch: string;
  readonly files?: readonly string[];
  readonly open?: boolean;
  readonly merged?: { readonly sha: string; readonly base: string };
}

export interface Fault {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly message?: string;
  /** Done before the fault is answered. */
  readonly afterDoing?: boolean;
}

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface StoredRun {
  readonly id: number;
  readonly head_sha: string;
  readonly path: string;
  readonly event: string;
  readonly status: string;
  readonly conclusion: string | null;
  readonly head_branch?: string;
  readonly head_repository?: { readonly full_name: string };
}

const REPO = "acme/gemini-keys";

/** The parts of GitHub's REST API that are used, on loopback. */
export class GitHubServer {
  readonly repository = REPO;
  comments: StoredComment[] = [];
  pulls: StoredPull[] = [];
  runs: StoredRun[] = [];
  /** `GET /path` of every request, in order. */
  readonly requests: string[] = [];
  /** Answers of the next requests that match `METHOD path`, the first that matches each. */
  faults: [RegExp, Fault][] = [];
  /** Entries of a page, whatever is asked. */
  pageSize = 100;
  private nextId = 1;
  private readonly server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { status, body, headers } = this.answer(request, Buffer.concat(chunks).toString());
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(body === undefined ? "" : JSON.stringify(body));
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Variables of a job. */
  get env(): Record<string, string> {
    return { GITHUB_TOKEN: "ghs_fake", GITHUB_API_URL: this.url, GITHUB_REPOSITORY: REPO };
  }

  addComment(pull: number, body: string, login = "github-actions[bot]"): StoredComment {
    const comment = { id: this.nextId++, pull, login, body };
    this.comments.push(comment);
    return comment;
  }

  bodies(pull: number): string[] {
    return this.comments.filter((comment) => comment.pull === pull).map(({ body }) => body);
  }

  private answer(request: http.IncomingMessage, text: string): Reply {
    const url = new URL(request.url!, "http://local");
    const what = `${request.method} ${url.pathname}`;
    this.requests.push(what);
    if (request.headers.authorization !== "Bearer ghs_fake")
      return { status: 401, body: { message: "Bad credentials" } };
    const index = this.faults.findIndex(([pattern]) => pattern.test(what));
    const fault = index >= 0 ? this.faults.splice(index, 1)[0]![1] : undefined;
    if (fault?.afterDoing) this.route(what, url, text);
    if (fault) return { status: fault.status, headers: fault.headers, body: { message: fault.message ?? "fault" } };
    return this.route(what, url, text);
  }

  private route(what: string, url: URL, text: string): Reply {
    const at = (pattern: RegExp) => pattern.exec(what)?.[1];
    const sent = () => (JSON.parse(text) as { body: string }).body;
    const tooLong = (): Reply | undefined =>
      sent().length > 65_536 ? { status: 422, body: { message: "Validation Failed" } } : undefined;
    const listed = at(/^GET \/repos\/acme\/gemini-keys\/issues\/(\d+)\/comments$/);
    if (listed) return this.page(url, this.comments.filter(({ pull }) => pull === Number(listed)).map(shown));
    const posted = at(/^POST \/repos\/acme\/gemini-keys\/issues\/(\d+)\/comments$/);
    if (posted) return tooLong() ?? { status: 201, body: shown(this.addComment(Number(posted), sent())) };
    const one = at(/^(?:PATCH|DELETE) \/repos\/acme\/gemini-keys\/issues\/comments\/(\d+)$/);
    if (one) return this.change(Number(one), what.startsWith("PATCH") ? sent() : undefined, tooLong);
    if (what === "GET /repos/acme/gemini-keys/pulls") return this.page(url, this.openPulls(url).map(shownPull));
    const files = at(/^GET \/repos\/acme\/gemini-keys\/pulls\/(\d+)\/files$/);
    const pull = this.pulls.find(({ number }) => number === Number(files));
    if (pull)
      return this.page(
        url,
        (pull.files ?? []).map((filename) => ({ filename })),
      );
    const commit = at(/^GET \/repos\/acme\/gemini-keys\/commits\/([0-9a-f]+)\/pulls$/);
    if (commit) return this.page(url, this.pulls.filter(({ merged }) => merged?.sha === commit).map(shownPull));
    if (what === "GET /repos/acme/gemini-keys/actions/workflows/plan.yml/runs") {
      const head = url.searchParams.get("head_sha");
      const found = this.runs.filter(({ head_sha }) => head_sha === head);
      return { status: 200, body: { total_count: found.length, workflow_runs: found } };
    }
    return { status: 404, body: { message: "Not Found" } };
  }

  private change(id: number, body: string | undefined, tooLong: () => Reply | undefined): Reply {
    const index = this.comments.findIndex((comment) => comment.id === id);
    if (index < 0) return { status: 404, body: { message: "Not Found" } };
    if (body === undefined) {
      this.comments.splice(index, 1);
      return { status: 204 };
    }
    const refused = tooLong();
    if (refused) return refused;
    this.comments[index]!.body = body;
    return { status: 200, body: shown(this.comments[index]!) };
  }

  private openPulls(url: URL): StoredPull[] {
    const [owner, branch] = (url.searchParams.get("head") ?? "").split(/:(.*)/s);
    return this.pulls.filter(
      ({ open = true, headRepo, headBranch }) => open && headRepo.split("/")[0] === owner && headBranch === branch,
    );
  }

  private page(url: URL, all: readonly unknown[]): Reply {
    const page = Number(url.searchParams.get("page") ?? 1);
    const size = Math.min(this.pageSize, Number(url.searchParams.get("per_page") ?? 30));
    const more = all.length > page * size;
    return {
      status: 200,
      body: all.slice((page - 1) * size, page * size),
      // An address that must not be followed.
      headers: more ? { link: '<https://elsewhere.example/next>; rel="next"' } : {},
    };
  }
}

function shown({ id, login, body }: StoredComment) {
  return { id, user: { login }, body };
}

function shownPull({ number, headSha, headRepo, headBranch, merged }: StoredPull) {
  return {
    number,
    head: { sha: headSha, ref: headBranch, repo: { full_name: headRepo } },
    base: { ref: merged?.base ?? "main" },
    merge_commit_sha: merged?.sha ?? null,
    merged_at: merged ? "2026-11-25T00:00:00Z" : null,
  };
}
