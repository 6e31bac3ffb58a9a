import { isUtf8 } from "node:buffer";
import * as fs from "node:fs";
import type { Facts } from "../inventory/facts";
import { factsFromPlan } from "../inventory/facts-from-plan";
import { checkPlanSize, PlanError } from "../inventory/plan-file";
import { problem } from "../values/problem";
import { UserError } from "./report-error";

const HOW = "Write it with: terraform show -json plan.tfplan > plan.json";

/**
 * The facts of a plan in a file.
 *
 * @throws UserError if the file is not one that can be judged. It is never taken for a plan without findings.
 */
export function readPlan(file: string): Facts {
  return withPlan(file, factsFromPlan);
}

/**
 * Does something with a plan in a file.
 *
 * @throws UserError if the file cannot be read, or for a PlanError.
 */
export function withPlan<T>(file: string, read: (name: string, text: string) => T): T {
  try {
    return read(file, readPlanText(file));
  } catch (error) {
    if (!PlanError.is(error)) throw error;
    throw new UserError(error.message);
  }
}

/** Size and encoding are told before the whole is read as one text. @throws PlanError */
export function readPlanText(file: string): string {
  const refuse = (rule: string, got: string, fix = HOW) => new PlanError(file, problem(rule, got, fix));
  let bytes: Buffer;
  try {
    const stat = fs.statSync(file);
    if (!stat.isFile()) throw refuse("must be a file", "something else");
    checkPlanSize(file, stat.size);
    bytes = fs.readFileSync(file);
  } catch (error) {
    if (PlanError.is(error)) throw error;
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw refuse("must be readable", code === "ENOENT" ? "no such file" : code);
  }
  if (bytes.subarray(0, 2).toString("latin1") === "PK") throw refuse("must be JSON", "Terraform's own plan file");
  if (/^(?:\xff\xfe|\xfe\xff)/.test(bytes.subarray(0, 2).toString("latin1"))) {
    throw refuse("must be UTF-8 text", "UTF-16", "In PowerShell, write it with: Out-File -Encoding utf8");
  }
  if (!isUtf8(bytes)) throw refuse("must be UTF-8 text", "other bytes");
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}
