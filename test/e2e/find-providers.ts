import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findTerraform, type Terraform } from "../../cli/terraform";

/** What can be had of each provider line: a Terraform with the provider, or the reason why not. */
export type FoundProviders = Readonly<Record<string, Terraform | { readonly reason: string }>>;

/** An OpenTofu with the first line, whatever runs the tests. */
export const OPENTOFU = "opentofu";

const LINES = ["6.50.0", "~> 7.45", "~> 8.0"];

/** Runs once before the tests: asks Terraform for each provider, since tests are declared before anything can be awaited. */
export default async function findProviders(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-e2e-"));
  const found: Record<string, Terraform | { readonly reason: string }> = {};
  for (const line of LINES) found[line] = await findTerraform(line, path.join(folder, line.replace(/\W+/g, "-")));
  const chosen = process.env["TERRAFORM_BINARY_NAME"];
  process.env["TERRAFORM_BINARY_NAME"] = "tofu";
  found[OPENTOFU] = await findTerraform(LINES[0]!, path.join(folder, OPENTOFU));
  if (chosen === undefined) delete process.env["TERRAFORM_BINARY_NAME"];
  else process.env["TERRAFORM_BINARY_NAME"] = chosen;
  process.env["GEMKEYS_E2E_FOLDER"] = folder;
  process.env["GEMKEYS_E2E_PROVIDERS"] = JSON.stringify(found);
}
