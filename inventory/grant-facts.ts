import { type AuditConfigFacts, type GrantFacts, isUnknown, type Maybe, UNKNOWN } from "./facts";
import type { Identities, Kind } from "./identities";
import { elements, knownTexts, maybeBlocks, maybeText, textOrUnknown, within } from "./known";
import type { RootModule, RootResource } from "./root-module";
import type { Attributes } from "./stack-file";

interface Target {
  readonly on: GrantFacts["on"];
  readonly attribute: string;
  readonly kind?: Kind;
}

/** What the IAM resources of a family grant roles on, by the start of their type. */
const TARGETS: Readonly<Record<string, Target>> = {
  google_organization: { on: "organization", attribute: "org_id" },
  google_folder: { on: "folder", attribute: "folder" },
  google_project: { on: "project", attribute: "project", kind: "project" },
  google_secret_manager_secret: { on: "secret", attribute: "secret_id", kind: "secret" },
  google_service_account: { on: "serviceAccount", attribute: "service_account_id", kind: "serviceAccount" },
  google_storage_bucket: { on: "bucket", attribute: "bucket", kind: "bucket" },
  google_pubsub_topic: { on: "topic", attribute: "topic", kind: "topic" },
};

const GRANT = /^(google_.+)_iam_(member|binding|policy)$/;
const AUDIT = /^google_(organization|folder|project)_iam_audit_config$/;

interface Binding {
  readonly role: Maybe<string>;
  readonly members: readonly Maybe<string>[];
  readonly conditional: boolean;
}

interface Policy {
  readonly bindings: readonly Binding[];
  readonly audits: readonly Omit<AuditConfigFacts, "address">[];
}

export interface PolicyFacts {
  readonly grants: readonly GrantFacts[];
  readonly auditConfigs: readonly AuditConfigFacts[];
}

/** Who is granted what, and what is logged: members, bindings and whole policies. */
export function policyFacts({ resources }: RootModule, identities: Identities): PolicyFacts {
  const policies = new Map(
    resources.filter(({ type }) => type === "data.google_iam_policy").map((data) => [data.address, data]),
  );
  const grants: GrantFacts[] = [];
  const auditConfigs: AuditConfigFacts[] = [];
  for (const resource of resources) {
    if (AUDIT.test(resource.type)) auditConfigs.push(readAudit(resource));
    const match = GRANT.exec(resource.type);
    if (!match) continue;
    const [, family, form] = match;
    const { address } = resource;
    const target = targetOf(resource, family!, identities);
    const policy = form === "policy" ? readPolicy(resource, policies) : undefined;
    auditConfigs.push(...(policy?.audits ?? []).map((audit) => ({ address, ...audit })));
    const bindings = policy?.bindings.map((binding) => named(binding, identities)) ?? [
      readBinding(resource, form === "member", identities),
    ];
    for (const { role, members, conditional } of bindings) {
      grants.push(...members.map((member) => ({ address, ...target, role, member, conditional })));
    }
  }
  return { grants, auditConfigs };
}

function targetOf(resource: RootResource, family: string, identities: Identities): Pick<GrantFacts, "on" | "resource"> {
  const target = TARGETS[family];
  if (!target) return { on: "other", resource: UNKNOWN };
  const { on, attribute, kind } = target;
  const value = kind ? identities.of(resource, kind, attribute) : textOrUnknown(resource.attributes[attribute]);
  return { on, resource: value };
}

function readBinding(resource: RootResource, single: boolean, identities: Identities): Binding {
  const members = elements(resource.attributes["members"]);
  return {
    role: identities.of(resource, "role", "role"),
    members: single
      ? [identities.memberOf(resource, "member")]
      : members.map((_, index) => identities.memberOf(resource, "members", index)),
    conditional: maybeBlocks(resource.attributes["condition"]).length > 0,
  };
}

function named({ role, members, conditional }: Binding, identities: Identities): Binding {
  return {
    role: isUnknown(role) ? role : (identities.addressOf("role", role, undefined) ?? role),
    members: members.map((member) => identities.member(member)),
    conditional,
  };
}

const UNKNOWN_POLICY: Policy = { bindings: [{ role: UNKNOWN, members: [UNKNOWN], conditional: false }], audits: [] };

function readPolicy(resource: RootResource, policies: ReadonlyMap<string, RootResource>): Policy {
  const value = maybeText(resource.attributes["policy_data"]) ?? UNKNOWN;
  if (!isUnknown(value)) return policyFromJson(value) ?? UNKNOWN_POLICY;
  const [referred] = resource.refers("policy_data");
  const data = referred && policies.get(referred.address);
  return data ? policyFromData(data.attributes) : UNKNOWN_POLICY;
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/Policy */
function policyFromJson(text: string): Policy | undefined {
  try {
    const policy = JSON.parse(text) as Attributes;
    return {
      bindings: maybeBlocks(policy["bindings"]).map((binding) => bindingOf(binding, within(binding, "condition"))),
      audits: maybeBlocks(policy["auditConfigs"]).map((config) => ({
        service: textOrUnknown(within(config, "service")),
        ...logTypesOf(maybeBlocks(within(config, "auditLogConfigs")), "logType", "exemptedMembers"),
      })),
    };
  } catch {
    return undefined;
  }
}

function policyFromData(attributes: Attributes): Policy {
  return {
    bindings: maybeBlocks(attributes["binding"]).map((binding) => bindingOf(binding, within(binding, "condition"))),
    audits: maybeBlocks(attributes["audit_config"]).map((config) => ({
      service: textOrUnknown(within(config, "service")),
      ...logTypesOf(maybeBlocks(within(config, "audit_log_configs")), "log_type", "exempted_members"),
    })),
  };
}

function bindingOf(binding: Maybe<Attributes>, condition: unknown): Binding {
  return {
    role: textOrUnknown(within(binding, "role")),
    members: elements(within(binding, "members")).map(textOrUnknown),
    conditional: !isUnknown(binding) && maybeBlocks(condition).length > 0,
  };
}

function readAudit({ address, attributes }: RootResource): AuditConfigFacts {
  return {
    address,
    service: textOrUnknown(attributes["service"]),
    ...logTypesOf(maybeBlocks(attributes["audit_log_config"]), "log_type", "exempted_members"),
  };
}

function logTypesOf(configs: readonly Maybe<Attributes>[], logType: string, exempted: string) {
  return {
    logTypes: configs.flatMap((config) => knownTexts([within(config, logType)])).sort(),
    exemptedMembers: [...new Set(configs.flatMap((config) => knownTexts(within(config, exempted))))].sort(),
  };
}
