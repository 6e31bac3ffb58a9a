import { Agent, request as httpRequest, type OutgoingHttpHeaders } from "node:http";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/emulator";
import { seedFoundation } from "../../emulator/seed";

export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly text: string;
  // The tests look into answers of every shape.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  readonly body: any;
}

export interface RequestOptions {
  readonly headers?: OutgoingHttpHeaders;
  /** An object is sent as JSON; text and bytes as they are. */
  readonly body?: object | string | Buffer;
}

/** One connection, so that tests leave no sockets behind and paths go out exactly as written. */
export class Client {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(readonly emulator: Emulator) {}

  send(method: string, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { body } = options;
    const raw = typeof body === "string" || Buffer.isBuffer(body);
    const data = body === undefined ? undefined : raw ? body : JSON.stringify(body);
    const headers: OutgoingHttpHeaders = {
      ...(data !== undefined && { "Content-Length": Buffer.byteLength(data) }),
      ...(data !== undefined && !raw && { "Content-Type": "application/json" }),
      ...options.headers,
    };
    return new Promise((done, fail) => {
      const request = httpRequest(
        { host: "127.0.0.1", port: this.emulator.port, method, path, headers, agent: this.agent },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const text = Buffer.concat(chunks).toString("utf8");
            done({ status: response.statusCode!, headers: response.headers, text, body: parse(text) });
          });
          response.on("error", fail);
        },
      );
      request.on("error", fail);
      request.end(data);
    });
  }

  get(path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.send("GET", path, { headers });
  }

  post(path: string, body?: object, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.send("POST", path, { headers, ...(body && { body }) });
  }

  patch(path: string, body: object): Promise<Answer> {
    return this.send("PATCH", path, { body });
  }

  put(path: string, body: object): Promise<Answer> {
    return this.send("PUT", path, { body });
  }

  delete(path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.send("DELETE", path, { headers });
  }

  async close(): Promise<void> {
    this.agent.destroy();
    await this.emulator.close();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const parent = "organizations/123456789012";
export const billingAccount = "ABCDEF-ABCDEF-ABCDEF";
export const project = "acme-gemini-dev";

/** An empty organization with a billing account and an admin project. */
export async function startClient(options: EmulatorOptions = {}): Promise<Client> {
  const client = new Client(await startEmulator(options));
  seedFoundation(client.emulator.store, { parent, billingAccount, adminProject: "seed-project" });
  return client;
}

/** The same with a project of its own, in which these services are enabled. */
export async function startWithProject(services: readonly string[], options: EmulatorOptions = {}): Promise<Client> {
  const client = await startClient(options);
  await createProject(client, project, services);
  return client;
}

export async function createProject(client: Client, id: string, services: readonly string[]): Promise<void> {
  const created = await client.post("/crm/v1/projects", {
    projectId: id,
    parent: { type: "organization", id: "123456789012" },
  });
  expect(created.status).toBe(200);
  for (const service of services) {
    const enabled = await client.post(`/su/v1/projects/${id}/services/${service}:enable`, {});
    expect(enabled.status).toBe(200);
  }
}

export function projectNumber(client: Client, id = project): string {
  return client.emulator.store.project(id)!.projectNumber;
}

/** A whole error body of the control plane. */
export function errorBody(
  code: number,
  status: string,
  message: string,
  reason: string,
  details: object[] = [],
): object {
  return { error: { code, message, status, errors: [{ domain: "global", reason, message }], details } };
}
