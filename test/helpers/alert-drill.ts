import type { Emulator } from "../../emulator/emulator";

const DAY = 24 * 3_600_000;

/** Longer than metrics are kept and alerts stay open. */
const LATER = 45 * DAY;

export const DEPLOYER = "gemkeys-deployer@acme-gemini-admin.iam.gserviceaccount.com";
const PLANNER = "gemkeys-planner@acme-gemini-admin.iam.gserviceaccount.com";
const READER = "ci@acme-apps.iam.gserviceaccount.com";
const STRANGER = "mallory@example.com";

/** Something that happens in the sample's `dev`, and the alerts it has to raise: none for what is normal. */
export interface Drill {
  readonly what: string;
  readonly raises: readonly string[];
  readonly run: (cloud: DrilledCloud) => Promise<void>;
}

/** The sample's `dev` on the local cloud, with its alert policies. */
export class DrilledCloud {
  private rogues = 0;

  constructor(
    private readonly cloud: Emulator,
    readonly project: string,
  ) {}

  /** Forgets what was: no metric and no open alert is left. */
  forget(): void {
    this.cloud.advance(LATER);
  }

  /** The ids of the alerts that are open, sorted; each policy has its id in its name. */
  raised(): string[] {
    const { alerts, notEvaluated } = this.cloud.alerts(this.project);
    expect(notEvaluated).toEqual([]);
    return [...new Set(alerts.map(({ policy }) => /\(([\w-]+)\)$/.exec(policy)![1]!))].sort();
  }

  /** Whom the open alerts name. */
  principals(): string[] {
    return this.cloud.alerts(this.project).alerts.map(({ labels }) => labels["principal"] ?? "");
  }

  async as(email: string, method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.cloud.url}${path}`, {
      method,
      headers: { Authorization: `Bearer local-cloud/${email}`, "Content-Type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    expect([path, response.status]).toEqual([path, 200]);
    return answer;
  }

  /** Makes a key that no code declares, with a name of its own. */
  async createKey(email: string): Promise<string> {
    const keyId = `rogue-${++this.rogues}`;
    await this.as(email, "POST", `${this.keys()}?keyId=${keyId}`, { displayName: keyId });
    return keyId;
  }

  keys(): string {
    return `/apikeys/v2/projects/${this.project}/locations/global/keys`;
  }

  secret(id: string): string {
    return `/sm/v1/projects/${this.project}/secrets/${id}`;
  }

  /** Adds a role for somebody to a policy, as `setIamPolicy` of this resource wants it. */
  async grant(email: string, resource: string, read: "GET" | "POST", role: string): Promise<void> {
    const policy = await this.as(email, read, `${resource}:getIamPolicy`, read === "POST" ? {} : undefined);
    const bindings = [...((policy["bindings"] as object[]) ?? []), { role, members: ["user:new@example.com"] }];
    await this.as(email, "POST", `${resource}:setIamPolicy`, { policy: { ...policy, bindings } });
  }

  async changeAuditConfig(email: string): Promise<void> {
    const resource = `/crm/v1/projects/${this.project}`;
    const policy = await this.as(email, "POST", `${resource}:getIamPolicy`, {});
    const added = { service: "pubsub.googleapis.com", auditLogConfigs: [{ logType: "DATA_READ" }] };
    const auditConfigs = [...((policy["auditConfigs"] as object[]) ?? []), added];
    await this.as(email, "POST", `${resource}:setIamPolicy`, {
      policy: { ...policy, auditConfigs },
      updateMask: "bindings,etag,auditConfigs",
    });
    // Put back, so that the next drill can add it again; by the deployment, long before the next drill looks.
    await this.as(DEPLOYER, "POST", `${resource}:setIamPolicy`, {
      policy: { bindings: policy["bindings"], auditConfigs: policy["auditConfigs"] },
      updateMask: "bindings,auditConfigs",
    });
  }

  /** Calls of a key in the past: `count` answers with this code, so many milliseconds ago. */
  async called(count: number, code: number, ago = 60_000, keyId = "ci-tests-g1", model?: string): Promise<void> {
    const at = new Date(this.cloud.store.now().getTime() - ago).toISOString();
    await this.as(DEPLOYER, "POST", "/_emulator/usage", [
      { projectId: this.project, keyId, at, count, code, ...(model && { model }) },
    ] as unknown as object);
  }
}

const READ_OWN_SECRET = "gemini-ci-tests/versions/latest:access";

export const DRILLS: readonly Drill[] = [
  {
    what: "the deployer makes, changes, deletes and restores a key",
    raises: [],
    run: async (cloud) => {
      const id = await cloud.createKey(DEPLOYER);
      await cloud.as(DEPLOYER, "PATCH", `${cloud.keys()}/${id}?updateMask=displayName`, { displayName: "x" });
      await cloud.as(DEPLOYER, "DELETE", `${cloud.keys()}/${id}`);
      await cloud.as(DEPLOYER, "POST", `${cloud.keys()}/${id}:undelete`, {});
    },
  },
  {
    what: "a stranger makes a key",
    raises: ["key-changed"],
    run: async (cloud) => {
      await cloud.createKey(STRANGER);
    },
  },
  {
    what: "a stranger takes the restrictions from a key",
    raises: ["key-changed"],
    run: async (cloud) => {
      await cloud.as(STRANGER, "PATCH", `${cloud.keys()}/ci-tests-g1?updateMask=restrictions`, {});
    },
  },
  {
    what: "a stranger deletes a key",
    raises: ["key-changed"],
    run: async (cloud) => {
      const id = await cloud.createKey(DEPLOYER);
      await cloud.as(STRANGER, "DELETE", `${cloud.keys()}/${id}`);
    },
  },
  {
    what: "a stranger restores a key",
    raises: ["key-changed"],
    run: async (cloud) => {
      const id = await cloud.createKey(DEPLOYER);
      await cloud.as(DEPLOYER, "DELETE", `${cloud.keys()}/${id}`);
      await cloud.as(STRANGER, "POST", `${cloud.keys()}/${id}:undelete`, {});
    },
  },
  {
    what: "deployer and planner read key strings, as every plan does",
    raises: [],
    run: async (cloud) => {
      await cloud.as(DEPLOYER, "GET", `${cloud.keys()}/ci-tests-g1/keyString`);
      await cloud.as(PLANNER, "GET", `${cloud.keys()}/ci-tests-g1/keyString`);
    },
  },
  {
    what: "a stranger reads a key string",
    raises: ["key-string-read"],
    run: async (cloud) => {
      await cloud.as(STRANGER, "GET", `${cloud.keys()}/ci-tests-g1/keyString`);
    },
  },
  {
    what: "a stranger looks at a key without its string",
    raises: [],
    run: async (cloud) => {
      await cloud.as(STRANGER, "GET", `${cloud.keys()}/ci-tests-g1`);
    },
  },
  {
    what: "a reader reads its secret",
    raises: [],
    run: async (cloud) => {
      await cloud.as(READER, "GET", cloud.secret(READ_OWN_SECRET));
    },
  },
  {
    what: "a stranger reads a secret",
    raises: ["secret-read"],
    run: async (cloud) => {
      await cloud.as(STRANGER, "GET", cloud.secret(READ_OWN_SECRET));
    },
  },
  {
    what: "the deployer reads a secret, which no deployment does",
    raises: ["secret-read"],
    run: async (cloud) => {
      await cloud.as(DEPLOYER, "GET", cloud.secret(READ_OWN_SECRET));
    },
  },
  {
    what: "somebody reads a secret whose reader is a group, which logs do not name",
    raises: [],
    run: async (cloud) => {
      await cloud.as("developer@example.com", "GET", cloud.secret("gemini-chat-backend/versions/latest:access"));
    },
  },
  {
    what: "a reader reads a secret that is not declared",
    raises: ["secret-read"],
    run: async (cloud) => {
      const name = `/sm/v1/projects/${cloud.project}/secrets`;
      await cloud.as(DEPLOYER, "POST", `${name}?secretId=other`, { replication: { automatic: {} } });
      await cloud.as(DEPLOYER, "POST", `${name}/other:addVersion`, { payload: { data: "eA==" } });
      await cloud.as(READER, "GET", `${name}/other/versions/1:access`);
    },
  },
  {
    what: "the deployer changes access to the project and to a secret",
    raises: [],
    run: async (cloud) => {
      await cloud.grant(DEPLOYER, `/crm/v1/projects/${cloud.project}`, "POST", "roles/viewer");
      await cloud.grant(DEPLOYER, cloud.secret("gemini-ci-tests"), "GET", "roles/secretmanager.viewer");
    },
  },
  {
    what: "a stranger changes access to the project",
    raises: ["iam-changed"],
    run: (cloud) => cloud.grant(STRANGER, `/crm/v1/projects/${cloud.project}`, "POST", "roles/editor"),
  },
  {
    what: "a stranger changes access to a secret",
    raises: ["iam-changed"],
    run: (cloud) => cloud.grant(STRANGER, cloud.secret("gemini-ci-tests"), "GET", "roles/secretmanager.secretAccessor"),
  },
  {
    what: "the deployer changes what is logged",
    raises: ["audit-config-changed"],
    run: (cloud) => cloud.changeAuditConfig(DEPLOYER),
  },
  {
    what: "a stranger changes what is logged",
    raises: ["audit-config-changed", "iam-changed"],
    run: (cloud) => cloud.changeAuditConfig(STRANGER),
  },
  {
    what: "an ordinary hour: many answers, a few of every error",
    raises: [],
    run: async (cloud) => {
      await cloud.called(1000, 200);
      for (const code of [400, 403, 404, 429, 500]) await cloud.called(10, code);
    },
  },
  {
    what: "7 % of the answers are 429",
    raises: ["rate-limited"],
    run: async (cloud) => {
      await cloud.called(93, 200);
      await cloud.called(7, 429);
    },
  },
  {
    what: "all answers are 429, but there are only 19",
    raises: [],
    run: (cloud) => cloud.called(19, 429),
  },
  {
    what: "7 % of the answers are 401 or 403",
    raises: ["denied"],
    run: async (cloud) => {
      await cloud.called(93, 200);
      await cloud.called(4, 401);
      await cloud.called(3, 403);
    },
  },
  {
    what: "a quarter of the answers is another 4xx",
    raises: ["rejected"],
    run: async (cloud) => {
      await cloud.called(75, 200);
      await cloud.called(20, 400);
      await cloud.called(5, 404);
    },
  },
  {
    what: "a quarter of the answers is 5xx, which is Google's own trouble",
    raises: [],
    run: async (cloud) => {
      await cloud.called(75, 200);
      await cloud.called(25, 503);
    },
  },
  {
    what: "four times the calls of the same hour last week",
    raises: ["growth"],
    run: async (cloud) => {
      await cloud.called(100, 200, 7 * DAY + 60_000);
      await cloud.called(400, 200);
    },
  },
  {
    what: "twice the calls of the same hour last week",
    raises: [],
    run: async (cloud) => {
      await cloud.called(100, 200, 7 * DAY + 60_000);
      await cloud.called(200, 200);
    },
  },
  {
    what: "a key that was used four days ago is silent since",
    raises: ["silence"],
    run: (cloud) => cloud.called(100, 200, 4 * DAY),
  },
  {
    what: "a key that was used four days ago was used yesterday too",
    raises: [],
    run: async (cloud) => {
      await cloud.called(100, 200, 4 * DAY);
      await cloud.called(5, 200, DAY);
    },
  },
  {
    what: "a key that was hardly ever used is silent",
    raises: [],
    run: (cloud) => cloud.called(5, 200, 4 * DAY),
  },
  {
    what: "85 % of a quota per day is used up",
    raises: ["quota"],
    run: (cloud) => cloud.called(8500, 200, 2 * 3_600_000, "ci-tests-g1", "gemini-3.5-flash"),
  },
  {
    what: "half of a quota per day is used up",
    raises: [],
    run: (cloud) => cloud.called(5000, 200, 2 * 3_600_000, "ci-tests-g1", "gemini-3.5-flash"),
  },
];
