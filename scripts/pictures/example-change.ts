import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** What somebody changes in the sample: file, text, what it becomes. */
const CHANGES = [
  ["organization.yaml", "tokyo-office: [203.0.113.0/28]", "tokyo-office: [203.0.113.0/28, 203.0.113.32/28]"],
  ["environments/prod.yaml", "monthly: 2000 USD", "monthly: 3000 USD"],
  ["environments/prod.yaml", "cap: 2500 USD", "cap: 3500 USD"],
  ["environments/prod.yaml", "allow: [prod-egress, 203.0.113.99]", "allow: [prod-egress, 34.64.0.0/16]"],
  [
    "environments/prod.yaml",
    "readers: [serviceAccount:tickets@acme-apps.iam.gserviceaccount.com]",
    'readers: [serviceAccount:tickets@acme-apps.iam.gserviceaccount.com, "group:all-engineers@example.com"]',
  ],
  ["environments/prod.yaml", "created: 2026-08-20, phase: serving", "created: 2026-08-20, phase: draining"],
  ["environments/prod.yaml", "created: 2026-11-18, phase: prepared", "created: 2026-11-18, phase: serving"],
] as const;

/** The same commit, whenever and wherever: its id is shown. Nothing of the machine's own configuration of Git. */
const COMMIT = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
  GIT_AUTHOR_NAME: "acme",
  GIT_AUTHOR_EMAIL: "acme@example.com",
  GIT_AUTHOR_DATE: "2026-11-24T12:00:00Z",
  GIT_COMMITTER_NAME: "acme",
  GIT_COMMITTER_EMAIL: "acme@example.com",
  GIT_COMMITTER_DATE: "2026-11-24T12:00:00Z",
};

/**
 * Makes a repository in a folder, with a configuration in its branch `main`, and in the working tree a change of the sample that
 * is worth a review.
 */
export function makeExample(sample: string, folder: string): void {
  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: folder, env: { ...process.env, ...COMMIT } });
  const config = path.join(folder, "config");
  fs.cpSync(sample, config, { recursive: true });
  git("init", "--quiet", "--initial-branch=main");
  git("add", "--all");
  git("commit", "--quiet", "--message", "Keys");
  for (const [name, from, to] of CHANGES) {
    const file = path.join(config, name);
    const text = fs.readFileSync(file, "utf8");
    if (!text.includes(from)) throw new Error(`config/${name} no longer holds: ${from}`);
    fs.writeFileSync(file, text.replace(from, to));
  }
}
