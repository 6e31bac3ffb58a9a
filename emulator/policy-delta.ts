import { isObject, type JsonObject } from "./fields";
import type { Policy } from "./store";

/** @see https://github.com/googleapis/googleapis/blob/master/google/iam/v1/policy.proto */
export interface PolicyDelta {
  readonly bindingDeltas?: readonly JsonObject[];
  readonly auditConfigDeltas?: readonly JsonObject[];
}

/** What a change of a policy did, one delta for each member and each kind of audit entry. Undefined if it did nothing. */
export function policyDelta(before: Policy | undefined, after: Policy | undefined): PolicyDelta | undefined {
  const bindingDeltas = difference(bindingsOf(before), bindingsOf(after));
  const auditConfigDeltas = difference(auditConfigsOf(before), auditConfigsOf(after));
  if (bindingDeltas.length + auditConfigDeltas.length === 0) {
    return undefined;
  }
  return {
    ...(bindingDeltas.length > 0 && { bindingDeltas }),
    ...(auditConfigDeltas.length > 0 && { auditConfigDeltas }),
  };
}

/** By their text, which is the same for equal ones. */
type Items = ReadonlyMap<string, JsonObject>;

function difference(before: Items, after: Items): JsonObject[] {
  const added = [...after].filter(([text]) => !before.has(text)).map(([, item]) => ({ action: "ADD", ...item }));
  const removed = [...before].filter(([text]) => !after.has(text)).map(([, item]) => ({ action: "REMOVE", ...item }));
  return [...removed, ...added];
}

function bindingsOf(policy: Policy | undefined): Items {
  const items = (policy?.bindings ?? []).flatMap(({ role, members, condition }) =>
    members.map((member) => ({ role, member, ...(condition && { condition }) })),
  );
  return byText(items);
}

function auditConfigsOf(policy: Policy | undefined): Items {
  const items = (policy?.auditConfigs ?? []).filter(isObject).flatMap(({ service, auditLogConfigs }) =>
    (Array.isArray(auditLogConfigs) ? auditLogConfigs.filter(isObject) : []).flatMap(({ logType, exemptedMembers }) => [
      { service, logType },
      ...(Array.isArray(exemptedMembers) ? exemptedMembers : []).map((member) => ({
        service,
        logType,
        exemptedMember: String(member),
      })),
    ]),
  );
  return byText(items);
}

function byText(items: readonly JsonObject[]): Items {
  return new Map(items.map((item) => [JSON.stringify(item), item]));
}
