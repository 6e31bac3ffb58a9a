import * as fs from "node:fs";
import * as path from "node:path";
import { TestRepository } from "../../test/helpers/git-repository";

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

/** A repository with the sample in its branch `main`, and in the working tree a change that is worth a review. */
export function exampleRepository(config: string): TestRepository {
  const names = ["organization.yaml", ...environmentFiles(config)];
  const read = (name: string) => fs.readFileSync(path.join(config, name), "utf8");
  const content: Record<string, string> = Object.fromEntries(names.map((name) => [name, read(name)]));
  const repository = TestRepository.create("acme", "config", content);
  for (const [name, from, to] of CHANGES) {
    if (!content[name]?.includes(from)) throw new Error(`config/${name} no longer holds: ${from}`);
    content[name] = content[name].replace(from, to);
  }
  repository.write(content);
  return repository;
}

function environmentFiles(config: string): string[] {
  return fs.readdirSync(path.join(config, "environments")).map((name) => `environments/${name}`);
}
