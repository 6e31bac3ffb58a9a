import { fork } from "node:child_process";
import * as http from "node:http";
import * as path from "node:path";
import { CALLER_IP_HEADER } from "../emulator/emulator";
import type { Target } from "./emulator-server";

export interface EmulatorResult {
  /** `GET` of an API key. */
  readonly getKeyPerSecond: number;
  /** `generateContent` with an API key, from an allowed address. */
  readonly generatePerSecond: number;
}

const CONNECTIONS = 16;
const MODEL = "gemini-3.5-flash-lite";

/** Requests per second of the local cloud in a process of its own, over connections that stay open. */
export async function benchEmulator(seconds: number): Promise<EmulatorResult> {
  const server = fork(path.join(__dirname, "emulator-server.ts"), {
    execArgv: ["-r", "./register.js"],
    cwd: path.join(__dirname, ".."),
  });
  try {
    const { url, keyPath, keyString, address } = await new Promise<Target>((resolve, reject) => {
      server.once("message", (message) => resolve(message as Target));
      server.once("exit", (code) => reject(new Error(`the local cloud ended with ${code}.`)));
    });
    const get = { method: "GET", headers: { authorization: "Bearer local" } };
    const generate = {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-goog-api-key": keyString,
        [CALLER_IP_HEADER]: address,
      },
    };
    const body = JSON.stringify({ contents: [{ parts: [{ text: "Say hello." }] }] });
    return {
      getKeyPerSecond: await load(`${url}${keyPath}`, get, "", seconds),
      generatePerSecond: await load(`${url}/v1beta/models/${MODEL}:generateContent`, generate, body, seconds),
    };
  } finally {
    server.removeAllListeners("exit");
    server.kill();
  }
}

/** Calls for some seconds, each connection one call after the other. */
async function load(url: string, options: http.RequestOptions, body: string, seconds: number): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const start = performance.now();
  const end = start + seconds * 1000;
  let count = 0;
  const caller = async () => {
    while (performance.now() < end) {
      await call(url, { ...options, agent }, body);
      count++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, caller));
  agent.destroy();
  return count / ((performance.now() - start) / 1000);
}

function call(url: string, options: http.RequestOptions, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${options.method} ${url}: ${response.statusCode}`));
      response.resume().on("end", resolve);
    });
    request.on("error", reject).end(body);
  });
}
