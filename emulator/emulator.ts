import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AlertReport, evaluateAlerts } from "./alerts";
import { controlPrefix, controlRoutes } from "./control";
import { controlUsageRoutes } from "./control-usage";
import { type DenialRule, Denials } from "./denials";
import { emulatorEnvironment, writeDummyCredentials } from "./environment";
import { type FaultRule, Faults } from "./faults";
import { settle } from "./operations";
import { CloudServer, type Mount } from "./server";
import type { Service, Settings } from "./service";
import { apiKeys } from "./services/api-keys";
import { budgets } from "./services/budgets";
import { cloudBilling } from "./services/cloud-billing";
import { cloudQuotas } from "./services/cloud-quotas";
import { cloudStorage, storageObjects, storageUploads } from "./services/cloud-storage";
import { compute } from "./services/compute";
import { essentialContacts } from "./services/essential-contacts";
import { callerIpHeader, gemini, translate } from "./services/gemini";
import { iam } from "./services/iam";
import { iamCredentials } from "./services/iam-credentials";
import { kms } from "./services/kms";
import { logging } from "./services/logging";
import { monitoring } from "./services/monitoring";
import { openid } from "./services/openid";
import { orgPolicy } from "./services/org-policy";
import { pubsub } from "./services/pubsub";
import { resourceManager } from "./services/resource-manager";
import { secretManager } from "./services/secret-manager";
import { serviceUsage } from "./services/service-usage";
import { sts } from "./services/sts";
import { loadState, saveState } from "./state-file";
import { Store } from "./store";

export interface EmulatorOptions {
  /** @default 0 - any free port */
  readonly port?: number;
  /** Loaded if it exists, and written by `close`. @default - nothing is kept */
  readonly stateFile?: string;
  /** How long a long-running operation takes. @default 0 - done at once */
  readonly operationDelayMs?: number;
  /**
   * Whether a deleted key is still shown. Which of the two Google does is not known.
   *
   * @default "found"
   */
  readonly deletedKeyReads?: "found" | "not-found";
  /** Calls of a model per minute and project, where Cloud Quotas granted nothing else. @default - no limit */
  readonly quotaPerMinute?: number;
  /**
   * What the Gemini API answers to a key that begins with `AQ.` and is wrong: 400 or 401. Both are reported.
   *
   * @default "API_KEY_INVALID"
   */
  readonly badAuthKeyError?: "API_KEY_INVALID" | "ACCESS_TOKEN_TYPE_UNSUPPORTED";
  /** The clock. @default - the computer's */
  readonly now?: () => Date;
}

/** A running local Google Cloud. It listens on loopback only. */
export interface Emulator {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly store: Store;
  /** Requests nothing answered, as `METHOD /path`, each once: something is missing in the local cloud. */
  readonly unknownRoutes: readonly string[];
  /** Targets that were asked for by proxy, as `host:port`, and refused. */
  readonly connects: readonly string[];
  requestCount(): number;
  /** Requests so far by API, e.g. `apikeys.googleapis.com`, without those that nothing answered. */
  requestsByService(): Readonly<Record<string, number>>;
  /** Moves the time forward by so many milliseconds. */
  advance(ms: number): void;
  /** Makes requests fail from now on, in place of the rules before. Throws an ApiError if a rule is wrong. */
  setFaults(rules: readonly FaultRule[]): void;
  clearFaults(): void;
  /** What callers may not do from now on, in place of the rules before. Throws an ApiError if a rule is wrong. */
  setDenials(rules: readonly DenialRule[]): void;
  /** The variables for Terraform and the SDKs, with a file of dummy credentials that `close` removes. */
  environment(): Record<string, string>;
  save(file: string): void;
  /** Which alerts of a project would be open now. Throws if there is no such project. */
  alerts(projectId: string): AlertReport;
  /** Stops, also with connections still open. */
  close(): Promise<void>;
}

/** The header with which a caller on this machine says from which address it calls the Gemini API. */
export const CALLER_IP_HEADER = callerIpHeader;

export class PortInUseError extends Error {
  constructor(readonly port: number) {
    super(`Port ${port} is in use by another program. Stop it, or choose another port.`);
    this.name = "PortInUseError";
  }
}

/** The prefixes are those of the provider's endpoints in environment.ts. */
export const mounts: readonly Mount[] = [
  { prefix: "crm", strip: true, service: resourceManager },
  { prefix: "billing", strip: true, service: cloudBilling },
  { prefix: "su", strip: true, service: serviceUsage },
  { prefix: "apikeys", strip: true, service: apiKeys },
  { prefix: "sm", strip: true, service: secretManager },
  { prefix: "iam", strip: true, service: iam },
  { prefix: "iambeta", strip: true, service: iam },
  { prefix: "iamcredentials", strip: true, service: iamCredentials },
  { prefix: "sts", strip: true, service: sts },
  { prefix: "openid", strip: true, service: openid },
  { prefix: "kms", strip: true, service: kms },
  { prefix: "orgpolicy", strip: true, service: orgPolicy },
  { prefix: "quotas", strip: true, service: cloudQuotas },
  { prefix: "contacts", strip: true, service: essentialContacts },
  { prefix: "budgets", strip: true, service: budgets },
  { prefix: "log", strip: true, service: logging },
  { prefix: "mon", strip: true, service: monitoring },
  { prefix: "pubsub", strip: true, service: pubsub },
  { prefix: "storage", strip: true, service: cloudStorage },
  { prefix: "upload", strip: false, service: storageUploads },
  { prefix: "compute", strip: true, service: compute },
  { prefix: "v1beta", strip: false, service: gemini },
  { prefix: "v1", strip: false, service: gemini },
  { prefix: "language", strip: false, service: translate },
  { prefix: "translate", strip: false, service: translate },
];

/** Starts a local Google Cloud; it is empty unless a state file is loaded. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const store = new Store(options.now);
  if (options.stateFile !== undefined) {
    loadState(store, options.stateFile);
  }
  const settings: Settings = {
    operationDelayMs: options.operationDelayMs ?? 0,
    deletedKeyReads: options.deletedKeyReads ?? "found",
    badAuthKeyError: options.badAuthKeyError ?? "API_KEY_INVALID",
    quotaPerMinute: options.quotaPerMinute,
  };
  const faults = new Faults(store, [...new Set(mounts.flatMap(({ prefix, service }) => [prefix, service.api]))]);
  const denials = new Denials();
  const control: Service = {
    api: "",
    errors: "full",
    routes: [...controlRoutes(faults, denials), ...controlUsageRoutes],
  };
  const server = new CloudServer({
    store,
    settings,
    mounts: [...mounts, { prefix: controlPrefix, strip: true, service: control }],
    objects: storageObjects,
    faults,
    denials,
  });
  const port = await listen(server, options.port ?? 0);
  return new RunningEmulator(port, store, settings, server, faults, denials, options.stateFile);
}

class RunningEmulator implements Emulator {
  readonly url: string;
  private directory: string | undefined;

  constructor(
    readonly port: number,
    readonly store: Store,
    readonly settings: Settings,
    private readonly server: CloudServer,
    private readonly faults: Faults,
    private readonly denials: Denials,
    private readonly stateFile: string | undefined,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    server.baseUrl = this.url;
  }

  get unknownRoutes(): readonly string[] {
    return this.server.unknownRoutes;
  }

  get connects(): readonly string[] {
    return this.server.connects;
  }

  requestCount(): number {
    return this.server.requests;
  }

  requestsByService(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.server.requestsByService].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  advance(ms: number): void {
    this.store.advance(ms);
    settle(this.store);
  }

  setFaults(rules: readonly FaultRule[]): void {
    this.faults.set(rules);
  }

  clearFaults(): void {
    this.faults.clear();
  }

  setDenials(rules: readonly DenialRule[]): void {
    this.denials.set(rules);
  }

  environment(): Record<string, string> {
    this.directory ??= mkdtempSync(join(tmpdir(), "gemkeys-local-cloud-"));
    return emulatorEnvironment(this.url, writeDummyCredentials(this.directory));
  }

  save(file: string): void {
    saveState(this.store, file);
  }

  alerts(projectId: string): AlertReport {
    const project = this.store.project(projectId);
    if (!project) {
      throw new Error(`The local cloud has no project ${projectId}.`);
    }
    return evaluateAlerts(this, project);
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.server.http.close(() => done());
      this.server.http.closeAllConnections();
    });
    if (this.directory !== undefined) {
      rmSync(this.directory, { recursive: true, force: true });
    }
    if (this.stateFile !== undefined) {
      saveState(this.store, this.stateFile);
    }
  }
}

function listen(server: CloudServer, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.http.once("error", (error: NodeJS.ErrnoException) => {
      fail(error.code === "EADDRINUSE" ? new PortInUseError(port) : error);
    });
    server.http.listen(port, "127.0.0.1", () => done((server.http.address() as AddressInfo).port));
  });
}
