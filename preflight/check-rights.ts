import type { Context } from "./context";
import { type Finding, fine, missing } from "./finding";
import type { Need } from "./needs";
import { grantCommand, type Resource, subjectOf, testPermissions } from "./resource";

/** Whether the caller has what is needed on a resource: a finding for each role that is missing. */
export async function checkRights(context: Context, resource: Resource, needs: readonly Need[]): Promise<Finding[]> {
  if (needs.length === 0) return [];
  const { principal, transport } = context;
  const asked = [...new Set(needs.flatMap(({ permissions }) => permissions))];
  const held = new Set(await testPermissions(transport, resource, asked));
  const subject = subjectOf(resource);
  const lacking = needs.flatMap(({ purpose, permissions, role, onOrganization }) => {
    const lacks = permissions.filter((permission) => !held.has(permission)).sort();
    if (lacks.length === 0) return [];
    const given = onOrganization ? organizationOf(context) : resource;
    const finding = missing(
      subject,
      `you lack what it takes to ${purpose}: ${lacks.join(", ")}.`,
      given
        ? grantCommand(given, principal.member, role)
        : `give ${principal.member} ${role} on the organization: Google has it for organizations only`,
    );
    return [{ ...finding, permissions: lacks, role }];
  });
  if (lacking.length > 0) return lacking;
  return [fine(subject, `you may ${list(needs.map(({ purpose }) => purpose))}.`)];
}

function organizationOf({ organization: { parent } }: Context): Resource | undefined {
  return parent?.startsWith("organizations/") ? { kind: "parent", id: parent } : undefined;
}

/** `a, b; c` would be hard to read: purposes hold commas. */
function list(parts: readonly string[]): string {
  return parts.join("; ");
}
