import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../emulator/fields";
import { type Answer, type Client, startClient } from "./client";

/**
 * What the real provider sent, line by line, against the local cloud. The recorded answers are those of a throw-away server
 * and no authority, but the provider accepted them; where ours differ on purpose, `expectedStatus` and `normalise` say so.
 */

interface Recorded {
  readonly m: string;
  readonly u: string;
  readonly h: Record<string, string>;
  readonly b: unknown;
  readonly s: number;
  readonly r: unknown;
}

/**
 * The fields the provider reads, by the kind of answer. `same` must equal the recorded value, after mapping what a server makes
 * up; of `made` only the type is compared.
 */
interface Kind {
  readonly name: string;
  readonly path: RegExp;
  readonly same: readonly string[];
  readonly made?: readonly string[];
}

const policyFields = ["bindings", "auditConfigs"];
const kinds: readonly Kind[] = [
  { name: "organization policy", path: /^\/orgpolicy\//, same: ["name"], made: ["spec"] },
  {
    name: "quota preference",
    path: /^\/quotas\//,
    same: ["service", "quotaId", "contactEmail"],
    made: ["name", "quotaConfig"],
  },
  {
    name: "contact",
    path: /^\/contacts\//,
    same: ["email", "languageTag", "notificationCategorySubscriptions"],
    made: ["name"],
  },
  {
    name: "custom role",
    path: /^\/iam(beta)?\/.*\/roles/,
    same: ["name", "title", "stage", "includedPermissions", "deleted"],
    made: ["etag"],
  },
  { name: "attestation rules", path: /:listAttestationRules$/, same: [] },
  {
    name: "operation of workload identity",
    path: /\/workloadIdentityPools(\/[^/]+\/providers)?$/,
    same: ["done"],
    made: ["name", "response"],
  },
  {
    name: "workload identity",
    path: /\/workloadIdentityPools\//,
    same: ["state", "attributeCondition", "attributeMapping", "oidc"],
    made: ["name"],
  },
  { name: "policy of a key", path: /^\/kms\/.*:[gs]etIamPolicy$/, same: ["bindings"], made: ["etag"] },
  { name: "key versions", path: /^\/kms\/.*\/cryptoKeyVersions$/, same: [], made: ["cryptoKeyVersions"] },
  {
    name: "key of KMS",
    path: /^\/kms\//,
    same: ["name", "state", "purpose", "labels", "versionTemplate", "destroyScheduledDuration"],
  },
  { name: "policy", path: /(:[gs]etIamPolicy|\/b\/[^/]+\/iam)$/, same: policyFields, made: ["etag"] },
  { name: "billing permissions", path: /:testIamPermissions$/, same: ["permissions"] },
  { name: "billing info", path: /\/billingInfo$/, same: ["name", "projectId", "billingAccountName", "billingEnabled"] },
  { name: "operation of services", path: /^\/su\/.*:enable$/, same: ["done"], made: ["name", "response"] },
  { name: "services", path: /\/projects\/[^/]+\/services$/, same: [] },
  { name: "projects", path: /^\/crm\/.*\/projects$/, same: ["done"], made: ["name", "response"] },
  {
    name: "project",
    path: /^\/crm\/.*\/projects\/[^/:]+$/,
    same: ["projectId", "projectNumber", "name", "lifecycleState", "labels", "parent"],
  },
  { name: "keyString", path: /\/keyString$/, same: ["keyString"] },
  { name: "operation of keys", path: /^\/apikeys\/.*\/keys$/, same: ["done"], made: ["name", "response"] },
  {
    name: "key",
    path: /^\/apikeys\/.*\/keys\/[^/]+$/,
    same: ["done", "displayName", "serviceAccountEmail", "restrictions"],
    made: ["name", "uid"],
  },
  {
    name: "version",
    path: /\/secrets\/[^/]+(:addVersion|\/versions\/\d+(:\w+)?)$/,
    same: ["name", "state"],
    made: ["createTime"],
  },
  {
    name: "secret",
    path: /^\/sm\/.*\/secrets(\/[^/]+)?$/,
    same: ["name", "labels", "annotations", "replication"],
    made: ["createTime"],
  },
  {
    name: "service account",
    path: /\/serviceAccounts(\/[^/]+)?$/,
    same: ["name", "email", "projectId", "displayName", "description", "disabled"],
    made: ["uniqueId", "etag", "oauth2ClientId"],
  },
  {
    name: "budget",
    path: /^\/budgets\//,
    same: ["name", "displayName", "budgetFilter", "amount", "thresholdRules", "notificationsRule"],
    made: ["etag"],
  },
  {
    name: "channel",
    path: /\/notificationChannels/,
    same: ["name", "type", "labels", "displayName", "enabled", "userLabels", "description"],
  },
  {
    name: "dashboard",
    path: /\/dashboards/,
    same: ["displayName", "gridLayout", "mosaicLayout"],
    made: ["name", "etag"],
  },
  {
    name: "alert policy",
    path: /\/alertPolicies/,
    same: ["name", "displayName", "combiner", "enabled", "notificationChannels", "alertStrategy"],
    made: ["creationRecord"],
  },
  { name: "topic", path: /^\/pubsub\//, same: ["name", "labels"] },
  {
    name: "log metric",
    path: /^\/log\/.*\/metrics(\/[^/]+)?$/,
    same: ["name", "filter", "description"],
    made: ["metricDescriptor"],
  },
  {
    name: "sink",
    path: /^\/log\/.*\/sinks(\/[^/]+)?$/,
    same: ["name", "destination", "filter", "description"],
    made: ["writerIdentity"],
  },
  { name: "operation of log buckets", path: /^\/log\/.*:createAsync$/, same: ["done"], made: ["name", "response"] },
  {
    name: "log bucket",
    path: /^\/log\/.*\/buckets\/[^/]+$/,
    same: ["name", "retentionDays", "lifecycleState"],
  },
  { name: "storage account", path: /\/serviceAccount$/, same: [], made: ["email_address"] },
  { name: "objects and caches", path: /\/b\/[^/]+\/(o|anywhereCaches\/)$/, same: [] },
  {
    name: "bucket",
    path: /\/storage\/v1\/b(\/[^/]+)?$/,
    same: [
      "id",
      "name",
      "location",
      "storageClass",
      "metageneration",
      "labels",
      "iamConfiguration",
      "lifecycle",
      "versioning",
    ],
    made: ["selfLink", "projectNumber", "timeCreated", "updated", "softDeletePolicy"],
  },
];

/**
 * The stacks of these recordings used IAM and KMS before they enabled the APIs, or without. Google, and the local cloud, refuse
 * that, so the replay enables them earlier: each is a request that was not recorded.
 */
const enabledEarly: readonly { readonly path: RegExp; readonly api: string }[] = [
  {
    path: /^\/iam.*\/projects\/([^/]+)\/.*?(?:serviceAccounts|roles|workloadIdentityPools)/,
    api: "iam.googleapis.com",
  },
  { path: /^\/kms\/.*\/projects\/([^/]+)\//, api: "cloudkms.googleapis.com" },
];

interface Expected {
  readonly replayed: number;
  readonly connects: number;
  readonly extra: number;
}

const short: Expected = {
  replayed: 278,
  connects: 6,
  extra: 0,
};

/** Every line is counted, so that none is left out in silence. */
const recordings: Readonly<Record<string, Expected>> = {
  "traffic-6.50.0.jsonl": {
    replayed: 503,
    connects: 13,
    extra: 1,
  },
  "traffic-6.50.0-changes.jsonl": {
    replayed: 627,
    connects: 17,
    extra: 2,
  },
  "traffic-7.45.0.jsonl": { ...short, extra: 1 },
  "traffic-8.0.0.jsonl": short,
};

test("every line of the recordings is accounted for", () => {
  const total = ({ replayed, connects }: Expected) => replayed + connects;
  const lines = Object.keys(recordings).map((file) => readLines(file).length);
  expect(Object.values(recordings).map(total)).toEqual(lines);
});

test.each(Object.entries(recordings))("%s gets the answers the provider needs", async (file, expected) => {
  const client = await startClient();
  try {
    const result = await new Replay(client).run(file);
    expect(result).toEqual(expected);
    expect(client.emulator.unknownRoutes).toEqual([]);
  } finally {
    await client.close();
  }
});

function readLines(file: string): string[] {
  return readFileSync(join(__dirname, "../fixtures/traffic", file), "utf8")
    .trim()
    .split("\n");
}

class Replay {
  /** Recorded values that a server made up, and ours. */
  private readonly mapping = new Map<string, string>();
  private replayed = 0;
  private connects = 0;
  private extra = 0;

  constructor(private readonly client: Client) {}

  async run(file: string): Promise<Expected> {
    for (const [index, line] of readLines(file).entries()) {
      await this.replay(`${file}:${index + 1}`, JSON.parse(line));
    }
    return { replayed: this.replayed, connects: this.connects, extra: this.extra };
  }

  private async replay(at: string, recorded: Recorded | { connect: string }): Promise<void> {
    if ("connect" in recorded) {
      this.connects += 1;
      return;
    }
    await this.enableEarly(recorded);
    const answer = await this.client.send(recorded.m, this.translatePath(recorded.u), {
      headers: recorded.h,
      ...(recorded.b === null ? {} : { body: this.translate(recorded.b) as object }),
    });
    this.replayed += 1;
    this.compare(`${at} ${recorded.m} ${recorded.u}`, recorded, answer);
  }

  private async enableEarly({ u }: Recorded): Promise<void> {
    for (const { path, api } of enabledEarly) {
      const project = path.exec(u)?.[1];
      const { store } = this.client.emulator;
      if (project !== undefined && store.project(project) && !store.isEnabled(project, api)) {
        const { status } = await this.client.post(`/su/v1/projects/${project}/services/${api}:enable`, {});
        expect(status).toBe(200);
        this.extra += 1;
      }
    }
  }

  private compare(at: string, recorded: Recorded, answer: Answer): void {
    expect([at, answer.status, answer.text]).toEqual([at, expectedStatus(recorded), answer.text]);
    if (recorded.s >= 400) {
      expect(answer.body).toEqual({
        error: expect.objectContaining({ code: recorded.s, message: expect.any(String) }),
      });
      return;
    }
    if (answer.status === 204 || recorded.m === "DELETE") {
      return;
    }
    this.learn(recorded.r, answer.body);
    const path = recorded.u.split("?")[0]!;
    if (/\/dashboards(\/|$)/.test(path)) {
      // Recorded as `e` for everything, but only here it has to be the current one.
      this.mapping.set("e", answer.body.etag);
    }
    const kind = kinds.find((entry) => entry.path.test(path));
    expect([at, kind?.name]).toEqual([at, expect.any(String)]);
    const wanted = this.translate(recorded.r) as Record<string, unknown>;
    expect([at, pick(kind!.same, answer.body)]).toEqual([at, pick(kind!.same, wanted)]);
    expect([at, types(kind!.made, answer.body)]).toEqual([at, types(kind!.made, wanted)]);
    if (kind!.name === "services") {
      this.compareServices(at, wanted, answer.body);
    }
  }

  private compareServices(at: string, wanted: Record<string, unknown>, actual: Record<string, unknown>): void {
    const names = (body: Record<string, unknown>) =>
      ((body["services"] ?? []) as { name: string }[]).map(({ name }) => name).sort();
    const early = names(actual).filter((name) => enabledEarly.some(({ api }) => name.endsWith(`/${api}`)));
    expect([at, names(actual)]).toEqual([at, [...new Set([...names(wanted), ...early])].sort()]);
  }

  /** Notes what our answer has in place of a recorded number, id, etag or key string. */
  private learn(recorded: unknown, actual: unknown, field = ""): void {
    if (isObject(recorded) && isObject(actual)) {
      for (const name of Object.keys(recorded)) {
        this.learn(recorded[name], actual[name], name);
      }
    } else if (typeof recorded === "string" && typeof actual === "string") {
      if (field === "projectNumber" && recorded === "9101") {
        this.mapping.set(recorded, actual);
      } else if (field === "keyString" || (field === "etag" && /^e\d+$/.test(recorded))) {
        this.mapping.set(recorded, actual);
      } else if (
        field === "name" &&
        /\/(notificationChannels|budgets|contacts|dashboards|alertPolicies)\//.test(recorded)
      ) {
        this.mapping.set(lastSegment(recorded), lastSegment(actual));
      }
    }
  }

  private translatePath(url: string): string {
    return url.replace(/[^/?&=:]+/g, (part) => this.mapping.get(part) ?? part);
  }

  private translate(value: unknown, field = ""): unknown {
    if (Array.isArray(value)) {
      return value.map((entry) => this.translate(entry));
    }
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, this.translate(entry, name)]));
    }
    if (typeof value !== "string") {
      return value;
    }
    if (field === "data") {
      const text = Buffer.from(value, "base64").toString("utf8");
      return Buffer.from(this.mapping.get(text) ?? text).toString("base64");
    }
    return (
      this.mapping.get(value) ??
      value
        .split("/")
        .map((part) => this.mapping.get(part) ?? part)
        .join("/")
    );
  }
}

/** Cloud Storage answers the deletion of a bucket with 204, not with 200 as recorded; the provider takes both. */
function expectedStatus({ m, u, s }: Recorded): number {
  return m === "DELETE" && /\/storage\/v1\/b\/[^/]+$/.test(u.split("?")[0]!) ? 204 : s;
}

function pick(names: readonly string[], body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, normalise(body[name])]));
}

/** Google leaves empty lists out: `methods: []` of an API target, `bindings: []` of a policy. */
function normalise(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.length === 0 ? undefined : value.map(normalise);
  }
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, normalise(entry)]));
  }
  return value;
}

function types(names: readonly string[] | undefined, body: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries((names ?? []).map((name) => [name, typeof body[name]]));
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}
