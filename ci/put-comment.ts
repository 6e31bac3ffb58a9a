import { HttpError } from "./http-api";

export interface OwnComment {
  readonly id: number;
  readonly body: string;
}

/** Where the comments of one pull request are kept. */
export interface CommentHost {
  /** Those that are ours, the oldest first. */
  readonly find: () => Promise<readonly OwnComment[]>;
  readonly create: (body: string) => Promise<void>;
  readonly update: (id: number, body: string) => Promise<void>;
  readonly remove: (id: number) => Promise<void>;
}

/**
 * Brings the one comment of ours to what it should say: makes it if there is none, changes it otherwise. Where two runs made one
 * each at the same time, both keep the older.
 *
 * @param change from the text there is, if any, to the new one; undefined to leave all as it is.
 * @returns what was done.
 */
export async function putComment(
  host: CommentHost,
  change: (body: string | undefined) => string | undefined,
): Promise<"created" | "updated" | "unchanged"> {
  const found = await host.find();
  if (found.length > 0) {
    const done = await update(host, found, change);
    if (done) return done;
    // It was deleted since.
  }
  const body = change(undefined);
  if (body === undefined) return "unchanged";
  await createOnce(host, body);
  const now = await host.find();
  if (now.length > 1) await update(host, now, change);
  return "created";
}

/** @returns undefined if the comment is not there any more. */
async function update(
  host: CommentHost,
  [kept, ...others]: readonly OwnComment[],
  change: (body: string | undefined) => string | undefined,
): Promise<"updated" | "unchanged" | undefined> {
  const body = change(kept!.body);
  const changes = body !== undefined && body !== kept!.body;
  if (changes && (await isGone(host.update(kept!.id, body)))) return undefined;
  for (const other of others) await isGone(host.remove(other.id));
  return changes ? "updated" : "unchanged";
}

/** A server that broke while it created may have done it. */
async function createOnce(host: CommentHost, body: string): Promise<void> {
  try {
    await host.create(body);
  } catch (error) {
    if (!(error instanceof HttpError) || error.status < 500) throw error;
    if ((await host.find()).length === 0) await host.create(body);
  }
}

async function isGone(request: Promise<void>): Promise<boolean> {
  try {
    await request;
    return false;
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) return true;
    throw error;
  }
}
