import { Fn, TerraformOutput, TerraformStack, TerraformVariable } from "cdktf";
import type { Environment, Organization } from "../../declaration/model";
import type { EnvironmentStack } from "../../stacks/environment-stack";
import { ENVIRONMENT, environmentStack, FULL_ENVIRONMENT, FULL_ORGANIZATION, KEY } from "../helpers/declaration";
import { sampleDeclaration } from "../helpers/sample";

/** Compares the text too, since the order of fields is their order in the file; in cdktf's metadata it has no meaning. */
function expectAsCdktf(stack: EnvironmentStack): void {
  stack.prepareStack();
  const { "//": metadata, ...ours } = stack.toTerraform();
  const { "//": cdktfMetadata, ...theirs } = TerraformStack.prototype.toTerraform.call(stack);
  expect(JSON.stringify(ours, null, 2)).toBe(JSON.stringify(theirs, null, 2));
  expect(metadata).toEqual(cdktfMetadata);
}

const { organization, environments } = sampleDeclaration();

test.each<[string, Partial<Environment>, Partial<Organization>]>([
  ["a minimal environment", ENVIRONMENT, {}],
  ["a full environment", FULL_ENVIRONMENT, FULL_ORGANIZATION],
  ["one with a free text of many scripts", { keys: [{ ...KEY, purpose: "1e+300 “x” \\ $ % 日本 e+ }" }] }, {}],
  ...environments.map(
    (environment) =>
      [`${environment.name} of the sample`, environment, organization] as [string, Environment, Organization],
  ),
])("%s is synthesized to what cdktf gives", (_, environment, of) => {
  expectAsCdktf(environmentStack(environment, of));
});

test("so is what an app adds to the stack: variables, functions, tokens in lists, names and numbers", () => {
  const stack = environmentStack(FULL_ENVIRONMENT, FULL_ORGANIZATION);
  const late = new TerraformVariable(stack, "late", { type: "any" });
  new TerraformOutput(stack, "list", { value: [late.stringValue, "b", 1.5] });
  new TerraformOutput(stack, "whole-list", { value: late.listValue });
  new TerraformOutput(stack, "number", { value: late.numberValue, sensitive: true });
  new TerraformOutput(stack, "mapping", { value: { [late.stringValue]: { nested: [{ a: late.value }] } } });
  new TerraformOutput(stack, "function", { value: Fn.join("-", ["a", late.stringValue]) });
  stack.addOverride("locals.mixed", [late.stringValue, null, undefined, 1.5, { a: undefined, b: null }]);
  stack.addOverride("moved", [{ from: "google_project.old", to: "google_project.project" }]);
  stack.addOverride("resource.google_project.project.labels.extra", late.stringValue);
  expectAsCdktf(stack);
});
