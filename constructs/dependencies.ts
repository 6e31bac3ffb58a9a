import type { ITerraformDependable } from "cdktf";

/** A `dependsOn` of ours as cdktf takes it: an empty list would be written as an empty `depends_on`. */
export function dependencies(dependsOn: readonly ITerraformDependable[] = []): ITerraformDependable[] | undefined {
  return dependsOn.length > 0 ? [...dependsOn] : undefined;
}
