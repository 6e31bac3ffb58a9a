import type { Api } from "../google/endpoints";
import type { Transport } from "../google/transport";

/** Something with a policy of its own. */
export type Resource =
  | { readonly kind: "billingAccount" | "bucket" | "project"; readonly id: string }
  /** `organizations/<number>` or `folders/<number>`. */
  | { readonly kind: "parent"; readonly id: string };

export function subjectOf({ kind, id }: Resource): string {
  switch (kind) {
    case "billingAccount":
      return `billing account ${id}`;
    case "bucket":
      return `bucket ${id}`;
    case "project":
      return `project ${id}`;
    case "parent":
      return id.replace("s/", " ");
  }
}

/** The command that gives a role there. */
export function grantCommand({ kind, id }: Resource, member: string, role: string): string {
  const number = id.split("/")[1];
  const [what, name] =
    kind === "billingAccount"
      ? ["billing accounts", id]
      : kind === "bucket"
        ? ["storage buckets", `gs://${id}`]
        : kind === "project"
          ? ["projects", id]
          : id.startsWith("folders/")
            ? ["resource-manager folders", number]
            : ["organizations", number];
  return `gcloud ${what} add-iam-policy-binding ${name} --member=${member} --role=${role}`;
}

/** Of these permissions those the caller has there. At most 100. */
export async function testPermissions(
  transport: Transport,
  { kind, id }: Resource,
  permissions: readonly string[],
): Promise<readonly string[]> {
  const answer =
    kind === "bucket"
      ? await transport.call("storage", {
          path: `b/${id}/iam/testPermissions`,
          query: permissions.map((permission) => ["permissions", permission] as const),
        })
      : await transport.call(...postTo(kind, id, permissions));
  const held = answer["permissions"];
  return Array.isArray(held) ? held.filter((each) => typeof each === "string") : [];
}

function postTo(kind: "billingAccount" | "parent" | "project", id: string, permissions: readonly string[]) {
  const [api, name]: [Api, string] =
    kind === "billingAccount"
      ? ["cloudBilling", `billingAccounts/${id}`]
      : kind === "project"
        ? ["resourceManager", `projects/${id}`]
        : [id.startsWith("folders/") ? "folders" : "resourceManager", id];
  return [api, { method: "POST", path: `${name}:testIamPermissions`, body: { permissions } }] as const;
}
