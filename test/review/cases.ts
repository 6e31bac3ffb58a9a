import { type Facts, UNKNOWN } from "../../inventory/facts";
import {
  ACCESSOR,
  apiKey,
  budget,
  change,
  declaredKey,
  GEMINI,
  grant,
  projectGrant,
  secret,
  version,
} from "../helpers/facts";
import { around, facts } from "./sides";

/** What changes, before and after; what is told of it is in compare.test.ts. */
export const CASES: Readonly<Record<string, readonly [before: Facts, after: Facts]>> = {
  "another key": [facts(), keys(declaredKey(), declaredKey({ name: "web", generation: 1 }))],
  "another key from anywhere": [facts(), keys(declaredKey(), apiKey({ allowedIps: undefined }))],
  "another key from unknown addresses": [facts(), keys(declaredKey(), apiKey({ allowedIps: UNKNOWN }))],
  "a serving key less": [keys(declaredKey(), declaredKey({ name: "web" })), facts()],
  "a prepared key less": [keys(declaredKey(), declaredKey({ name: "web", phase: "prepared" })), facts()],
  "a draining key less": [keys(declaredKey(), declaredKey({ name: "web", phase: "draining" })), facts()],
  "a key of others less": [keys(declaredKey(), apiKey()), facts()],
  "a key of others replaced": [keys(apiKey()), keys(apiKey({ keyId: "web-2" }))],
  "another owner": [facts(), keys(declaredKey({ owner: "support" }))],
  "no rotation": [facts(), keys(declaredKey({ rotateEveryDays: undefined }))],
  "the same addresses in another order": [
    ips("8.8.4.4", "8.8.8.0/24"),
    ips("8.8.8.0/25", "8.8.8.128/25", "8.8.4.4/32"),
  ],
  "one address more": [ips("93.184.216.34"), ips("93.184.216.34", "93.184.216.35")],
  "a range more": [ips("93.184.216.34"), ips("93.184.216.34", "198.41.0.0/24")],
  "the range around": [ips("93.184.216.34"), ips("93.184.216.0/24")],
  "a range of a cloud": [ips("93.184.216.34"), ips("93.184.216.34", "34.64.0.0/20")],
  "a large range": [ips("93.184.216.34"), ips("93.184.216.34", "80.0.0.0/12")],
  "a large range of IPv6": [ips("93.184.216.34"), ips("93.184.216.34", "2a00::/32")],
  "a private range": [ips("93.184.216.34"), ips("93.184.216.34", "10.0.0.0/8")],
  "everywhere, written out": [ips("93.184.216.34"), ips("0.0.0.0/0")],
  "no restriction": [ips("93.184.216.34"), keys(declaredKey({}, { allowedIps: undefined }))],
  "an empty list": [ips("93.184.216.34"), ips()],
  "a restriction": [keys(declaredKey({}, { allowedIps: undefined })), ips("93.184.216.34")],
  "fewer addresses": [ips("93.184.216.34", "198.41.0.0/24"), ips("93.184.216.34")],
  "other addresses": [ips("93.184.216.34"), ips("198.41.0.4")],
  "another cloud": [ips("93.184.216.34"), ips("34.64.0.1")],
  "what is no address": [ips("93.184.216.34"), ips("93.184.216.34", "example.com")],
  "addresses unknown until apply": [ips("93.184.216.34"), keys(declaredKey({}, { allowedIps: UNKNOWN }))],
  "one address unknown until apply": [
    ips("93.184.216.34"),
    keys(declaredKey({}, { allowedIps: ["93.184.216.34", UNKNOWN] })),
  ],
  "addresses that were unknown": [keys(declaredKey({}, { allowedIps: UNKNOWN })), ips("93.184.216.34")],
  "a restriction to browsers": [facts(), keys(declaredKey({}, { clientRestrictions: ["browser"] }))],
  "another API": [facts(), targets(GEMINI, "maps.googleapis.com")],
  "any API": [facts(), keys(declaredKey({}, { apiTargets: undefined }))],
  "no API but Gemini": [targets(GEMINI, "maps.googleapis.com"), facts()],
  "not Gemini": [targets(GEMINI, "maps.googleapis.com"), targets("maps.googleapis.com")],
  "any method": [keys(declaredKey({}, { apiTargets: [{ service: GEMINI, methods: ["a.*"] }] })), facts()],
  "an API unknown until apply": [facts(), keys(declaredKey({}, { apiTargets: [{ service: UNKNOWN, methods: [] }] }))],
  "another service account": [
    keys(apiKey()),
    keys(apiKey({ serviceAccount: "other@acme-gemini-prod.iam.gserviceaccount.com" })),
  ],
  "no service account": [keys(apiKey()), keys(apiKey({ serviceAccount: undefined }))],
  "a role for the key's service account": [
    facts(),
    facts({
      grants: [grant(), projectGrant({ member: "google_service_account.chat", role: "roles/aiplatform.user" })],
    }),
  ],
  "a generation prepared": [facts(), generations(["serving"], ["prepared"])],
  "a generation that serves at once": [generations(["serving"]), generations(["draining"], ["serving"])],
  "a generation published": [generations(["serving"], ["prepared"]), generations(["draining"], ["serving"])],
  "a generation retired": [generations(["draining"], ["serving"]), keys(declaredKey({ generation: 2 }))],
  "the serving generation removed": [generations(["serving"], ["prepared"]), keys(declaredKey({ generation: 2 }))],
  "a generation taken back": [generations(["draining"], ["serving"]), generations(["serving"], ["prepared"])],
  "a number used again": [
    keys(declaredKey({ generation: 3 })),
    keys(declaredKey({ generation: 2, phase: "draining" }), declaredKey({ generation: 3 })),
  ],
  "a generation in another project": [facts(), keys(declaredKey({}, { project: "acme-other" }))],
  "another day of creation": [facts(), keys(declaredKey({ created: "2026-11-20" }))],
  "a person who reads": [facts(), grants(grant(), grant({ member: "user:ann@example.com" }))],
  "a group that reads": [facts(), grants(grant(), grant({ member: "group:all@example.com" }))],
  "everybody reads": [facts(), grants(grant(), grant({ member: "allUsers" }))],
  "a reader unknown until apply": [facts(), grants(grant(), grant({ member: UNKNOWN }))],
  "a viewer of the project": [
    facts(),
    grants(grant(), projectGrant({ member: "user:ann@example.com", role: "roles/viewer" })),
  ],
  "a condition taken away": [grants(grant({ conditional: true })), grants(grant())],
  "an application that no longer reads": [facts(), grants()],
  "a person who no longer reads": [grants(grant(), grant({ member: "user:ann@example.com" })), facts()],
  "a person who reads by the project instead": [
    grants(
      grant({ member: "user:ann@example.com" }),
      projectGrant({ member: "user:ann@example.com", role: "roles/owner" }),
    ),
    grants(projectGrant({ member: "user:ann@example.com", role: "roles/owner" })),
  ],
  "a second way to read": [
    grants(grant({ member: "user:ann@example.com" })),
    grants(grant({ member: "user:ann@example.com" }), projectGrant({ member: "user:ann@example.com", role: ACCESSOR })),
  ],
  "a role that reads by what it now holds": [
    role("logging.logs.list"),
    role("logging.logs.list", "apikeys.keys.getKeyString"),
  ],
  "another secret": [facts(), facts({ secrets: [secret({ secretId: "gemini-chat-2" })] })],
  "a version in the state": [facts(), facts({ secretVersions: [version({ value: "in-state" })] })],
  "a version disabled": [versionDetails(true), versionDetails(false)],
  "a secret that expires": [
    around({ secrets: [{ address: secret().address }] }),
    around({ secrets: [{ address: secret().address, expires: "86400s" }] }),
  ],
  "an output": [
    facts(),
    facts({
      exposures: [
        { address: "output.key", kind: "output", field: "value", of: "google_apikeys_key.chat_g1", sensitive: false },
      ],
    }),
  ],
  "a role that reads no key": [facts(), grants(grant(), projectGrant({ member: "user:ann@example.com" }))],
  "a role to grant roles": [
    facts(),
    grants(grant(), projectGrant({ member: "user:ann@example.com", role: "roles/iam.securityAdmin" })),
  ],
  "the state's bucket": [
    facts(),
    grants(grant(), projectGrant({ on: "bucket", resource: "acme-state", role: "roles/storage.objectViewer" })),
  ],
  "a role less": [grants(grant(), projectGrant({ member: "user:ann@example.com" })), facts()],
  "no budget": [facts(), facts({ budgets: [] })],
  "a budget": [facts({ budgets: [] }), facts()],
  "a higher budget": [facts(), facts({ budgets: [budget({ amount: { units: 200, currency: "USD" } })] })],
  "a zero too many": [facts(), facts({ budgets: [budget({ amount: { units: 1000, currency: "USD" } })] })],
  "a lower budget": [facts(), facts({ budgets: [budget({ amount: { units: 50, currency: "USD" } })] })],
  "a budget in another currency": [facts(), facts({ budgets: [budget({ amount: { units: 50, currency: "EUR" } })] })],
  "other thresholds": [facts(), facts({ budgets: [budget({ actualThresholds: [80, 100], forecastThresholds: [] })] })],
  "a budget after credits": [facts(), facts({ budgets: [budget({ netOfCredits: true })] })],
  "a budget that tells fewer": [notified("ann@example.com", "bob@example.com"), notified("ann@example.com")],
  "no cap": [capped("2500 USD"), capped(undefined)],
  "a higher cap": [capped("900 USD"), capped("2500 USD")],
  "a lower cap": [capped("2500 USD"), capped("900 USD")],
  "reads not logged": [facts(), facts({ auditConfigs: facts().auditConfigs.slice(0, 1) })],
  "reads logged for all services": [
    facts(),
    facts({
      auditConfigs: [
        { address: "a", service: "allServices", logTypes: ["ADMIN_READ", "DATA_READ"], exemptedMembers: [] },
      ],
    }),
  ],
  "somebody exempt": [
    facts(),
    facts({
      auditConfigs: facts().auditConfigs.map((config) => ({ ...config, exemptedMembers: ["user:ann@example.com"] })),
    }),
  ],
  "logs kept shorter": [bucket(400), bucket(90)],
  "an alert less": [alert({}), around({})],
  "an alert disabled": [alert({}), alert({ enabled: false })],
  "an alert that looks elsewhere": [alert({}), alert({ watches: ["severity=ERROR"] })],
  "an alert that nobody hears": [alert({}), alert({ channels: [] })],
  "alerts more": [around({}), alert({})],
  "a channel less": [channels("ann@example.com", "bob@example.com"), channels("ann@example.com")],
  "a higher quota": [quota("100"), quota("200")],
  "a lower quota": [quota("100"), quota("50")],
  "a quota no longer declared": [quota("100"), around({})],
  "the Gemini API disabled": [
    facts({ services: [{ address: "s", project: "acme-gemini-prod", service: GEMINI, disableOnDestroy: true }] }),
    facts({ services: [] }),
  ],
  "the Gemini API no longer asked for": [facts(), facts({ services: [] })],
  "another API enabled": [
    facts(),
    facts({
      services: [...facts().services, { address: "s", project: "acme-gemini-prod", service: "maps.googleapis.com" }],
    }),
  ],
  "another project": [facts(), facts({ projects: [{ ...facts().projects[0]!, projectId: "acme-other" }] })],
  "no protection": [facts(), facts({ projects: [{ ...facts().projects[0]!, protected: false }] })],
  "who pays": [
    around({ projects: [{ address: "google_project.project", parent: "folders/1", billingAccount: "A" }] }),
    around({ projects: [{ address: "google_project.project", parent: "folders/2" }] }),
  ],
  "a policy of the organization lifted": [
    around({}),
    around({
      organizationPolicies: [
        { address: "p", constraint: "iam.managed.disableServiceAccountApiKeyCreation", rules: ["enforce FALSE"] },
      ],
    }),
  ],
  "another quota project": [
    facts(),
    facts({ providers: [{ address: "provider.google", userProjectOverride: false }] }),
  ],
  "another backend": [
    around({ backend: "gcs, bucket acme-state, prefix prod" }),
    facts({ backend: { kind: "local" }, surroundings: { ...around({}).surroundings!, backend: "local" } }),
  ],
  "a key replaced by a plan": [
    { ...keys(apiKey()), origin: "plan" },
    {
      ...keys(apiKey()),
      origin: "plan",
      changes: [change({ address: apiKey().address, actions: ["delete", "create"] })],
    },
  ],
  "a key that leaves the state": [
    { ...keys(apiKey()), origin: "plan" },
    { ...keys(), origin: "plan", changes: [change({ address: apiKey().address, actions: ["forget"] })] },
  ],
};

function keys(...apiKeys: Facts["apiKeys"]): Facts {
  return facts({ apiKeys });
}

function ips(...allowedIps: string[]): Facts {
  return keys(declaredKey({}, { allowedIps }));
}

function targets(...services: string[]): Facts {
  return keys(declaredKey({}, { apiTargets: services.map((service) => ({ service, methods: [] })) }));
}

function generations(...phases: readonly ["prepared" | "serving" | "draining"][]): Facts {
  return keys(...phases.map(([phase], index) => declaredKey({ generation: index + 1, phase })));
}

function grants(...all: Facts["grants"]): Facts {
  return facts({ grants: all });
}

function role(...permissions: string[]): Facts {
  const address = "google_project_iam_custom_role.team";
  const customRoles = [{ address, roleId: "team", permissions }];
  return {
    ...around({ customRoles }),
    grants: [grant(), projectGrant({ member: "user:ann@example.com", role: address })],
  };
}

function versionDetails(enabled: boolean): Facts {
  return around({ secretVersions: [{ address: version().address, enabled, deletionPolicy: "DISABLE" }] });
}

function notified(...emails: string[]): Facts {
  const notificationChannels = emails.map((target) => ({
    address: `c.${target}`,
    type: "email",
    target,
    enabled: true,
  }));
  return around({
    notificationChannels,
    budgets: [
      {
        address: budget().address,
        channels: notificationChannels.map(({ address }) => address),
        topic: false,
        services: [],
      },
    ],
  });
}

function capped(cap: string | undefined): Facts {
  const details = { address: budget().address, channels: [], topic: false, services: [] };
  return {
    ...around({ budgets: [{ ...details, ...(cap ? { cap } : {}) }] }),
    budgets: [budget({ spendCap: cap !== undefined })],
  };
}

function bucket(retentionDays: number): Facts {
  return around({ logBuckets: [{ address: "b", bucketId: "gemkeys-audit", retentionDays }] });
}

function alert(over: Partial<NonNullable<Facts["surroundings"]>["alertPolicies"][number]>): Facts {
  const policy = {
    address: "a",
    name: "A secret was read",
    enabled: true,
    watches: ["severity=INFO"],
    channels: ["c"],
  };
  return around({
    alertPolicies: [{ ...policy, ...over }],
    notificationChannels: [{ address: "c", type: "email", target: "ann@example.com", enabled: true }],
  });
}

function channels(...emails: string[]): Facts {
  return around({
    notificationChannels: emails.map((target) => ({ address: target, type: "email", target, enabled: true })),
  });
}

function quota(limit: string): Facts {
  return around({
    quotas: [
      { address: "q", service: GEMINI, quotaId: "RequestsPerDay", dimensions: { model: "gemini-3.5-flash" }, limit },
    ],
  });
}
