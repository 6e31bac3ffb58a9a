/** An event in the audit logs that somebody has to hear of. */
export interface AuditEvent {
  /** Names the log metric and the alert policy. */
  readonly id: string;
  readonly title: string;
  readonly severity: "CRITICAL" | "ERROR" | "WARNING";
  /** In Google's Logging query language, at most `MAX_FILTER` characters. */
  readonly filter: string;
  /** What it means and what to do, in Markdown. */
  readonly advice: string;
}

export interface AuditedSecret {
  readonly secretId: string;
  /** IAM members that may read it. */
  readonly readers: readonly string[];
}

export interface AuditFiltersProps {
  readonly deployers: readonly string[];
  readonly planners: readonly string[];
  readonly secrets: readonly AuditedSecret[];
}

/** Google's limit for the filter of a log metric. @see https://docs.cloud.google.com/logging/quotas */
export const MAX_FILTER = 20_000;

/** Grants a new service's agent its role when a service is enabled. */
const SERVICE_AGENT_MANAGER = "serviceAccount:service-agent-manager@system.gserviceaccount.com";

const AUDIT_LOG = 'logName:"cloudaudit.googleapis.com"';
const EMAIL = "protoPayload.authenticationInfo.principalEmail";
const SUBJECT = "protoPayload.authenticationInfo.principalSubject";
const RESOURCE = "protoPayload.resourceName";

/** A long-running call is logged when it begins and when it ends. The second entry alone is left out. */
const ONCE = "NOT (operation.last=true AND NOT operation.first=true)";

/**
 * The events, each with its filter. A failed attempt counts: it is worth knowing of.
 *
 * @see https://docs.cloud.google.com/api-keys/docs/audit-logging
 * @see https://docs.cloud.google.com/secret-manager/docs/audit-logging
 */
export function auditEvents({ deployers, planners, secrets }: AuditFiltersProps): AuditEvent[] {
  return [
    {
      id: "key-changed",
      title: "A key was created, changed, deleted or restored outside of the deployment",
      severity: "ERROR",
      filter: lines(
        AUDIT_LOG,
        'protoPayload.serviceName="apikeys.googleapis.com"',
        'protoPayload.methodName=~"[.](CreateKey|UpdateKey|DeleteKey|UndeleteKey)$"',
        ONCE,
        ...notBy(deployers),
      ),
      advice:
        "Keys are declared in code and deployed by the deployer. Ask who did this and why; the next deployment takes back what was changed, but does not see a key it never made.",
    },
    {
      id: "key-string-read",
      title: "A key string was read by somebody else than the deployment",
      severity: "CRITICAL",
      filter: lines(
        AUDIT_LOG,
        'protoPayload.serviceName="apikeys.googleapis.com"',
        'protoPayload.methodName=~"[.]GetKeyString$"',
        ...notBy([...deployers, ...planners]),
      ),
      advice: "Applications read the secret, never the key itself. Treat the key as leaked: rotate it.",
    },
    ...secretReads(secrets),
    {
      id: "iam-changed",
      title: "Access to the project or to a secret was changed outside of the deployment",
      severity: "ERROR",
      filter: lines(
        AUDIT_LOG,
        'protoPayload.serviceName=("cloudresourcemanager.googleapis.com" OR "secretmanager.googleapis.com")',
        'protoPayload.methodName=~"(^|[.])SetIamPolicy$"',
        ...notBy([...deployers, SERVICE_AGENT_MANAGER]),
      ),
      advice: "Readers and teams are declared in code. Take back what nobody can explain.",
    },
    {
      id: "audit-config-changed",
      title: "What is logged was changed",
      severity: "CRITICAL",
      // By anybody: who means harm turns the logs off first.
      filter: lines(
        AUDIT_LOG,
        'protoPayload.methodName=~"(^|[.])SetIamPolicy$"',
        "protoPayload.serviceData.policyDelta.auditConfigDeltas:*",
      ),
      advice: "Expected when `audit` was added to or removed from the configuration. Otherwise find out who did it.",
    },
  ];
}

/** Everything the events are found in, to keep it. */
export function auditSinkFilter(): string {
  return lines(
    AUDIT_LOG,
    'protoPayload.serviceName=("apikeys.googleapis.com" OR "secretmanager.googleapis.com" OR "cloudresourcemanager.googleapis.com")',
  );
}

/** Whether audit logs name this member when it acts. They do not name the group that let somebody in. */
export function isNamedInLogs(member: string): boolean {
  return /^(?:user|serviceAccount|principal):/.test(member) && !member.includes(".svc.id.goog[");
}

/**
 * Reads by others than the readers declared for that secret, and any read of a secret that is not declared. A secret with
 * a reader that audit logs do not name, such as a group, is left out: a legitimate read would look like a stranger's.
 */
function secretReads(secrets: readonly AuditedSecret[]): AuditEvent[] {
  const judged = secrets.filter(({ readers }) => readers.every(isNamedInLogs));
  const clauses = [
    `NOT ${RESOURCE}=~"${versionsOf(secrets.map(({ secretId }) => secretId))}"`,
    ...byReaders(judged).map(({ secretIds, readers }) =>
      ["(", [`${RESOURCE}=~"${versionsOf(secretIds)}"`, ...notBy(readers)].join(" AND "), ")"].join(""),
    ),
  ];
  const head = lines(
    AUDIT_LOG,
    'protoPayload.serviceName="secretmanager.googleapis.com"',
    'protoPayload.methodName=~"[.]AccessSecretVersion$"',
  );
  return packed(secrets.length > 0 ? clauses : [], MAX_FILTER - head.length - 10).map((some, index) => ({
    id: index === 0 ? "secret-read" : `secret-read-${index + 1}`,
    title: "A secret was read by somebody who is not among its readers",
    severity: "CRITICAL",
    filter: some.length === 0 ? head : lines(head, `(${some.join("\nOR ")})`),
    advice:
      "The reader has access by another way than the declared one, such as a role on the project. Rotate the key, and find the role.",
  }));
}

/** The secrets with the same readers together: most applications have several keys, and a filter has a limit. */
function byReaders(secrets: readonly AuditedSecret[]): { secretIds: string[]; readers: readonly string[] }[] {
  const groups = new Map<string, { secretIds: string[]; readers: readonly string[] }>();
  for (const { secretId, readers } of secrets) {
    const sorted = [...new Set(readers)].sort();
    const group = groups.get(sorted.join()) ?? { secretIds: [], readers: sorted };
    group.secretIds.push(secretId);
    groups.set(sorted.join(), group);
  }
  return [...groups.values()];
}

/** Puts clauses together as long as they fit. There is always one list, if only an empty one. */
function packed(clauses: readonly string[], limit: number): string[][] {
  const result: string[][] = [[]];
  let length = 0;
  for (const clause of clauses) {
    length += clause.length + 4;
    if (length > limit && result.at(-1)!.length > 0) {
      result.push([]);
      length = clause.length + 4;
    }
    result.at(-1)!.push(clause);
  }
  return result;
}

function versionsOf(secretIds: readonly string[]): string {
  return `/secrets/(${secretIds.join("|")})/versions/`;
}

/** Leaves out what these members do. An entry that names nobody stays in. */
function notBy(members: readonly string[]): string[] {
  const emails = members.filter((member) => !member.startsWith("principal:")).map((member) => member.split(":")[1]!);
  const subjects = members.filter((member) => member.startsWith("principal:"));
  return [...notOneOf(EMAIL, emails), ...notOneOf(SUBJECT, subjects)];
}

function notOneOf(field: string, values: readonly string[]): string[] {
  if (values.length === 0) return [];
  return [`NOT ${field}=(${[...new Set(values)].map((value) => JSON.stringify(value)).join(" OR ")})`];
}

function lines(...parts: readonly string[]): string {
  return parts.join("\n");
}
