import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { runChild } from "../../cli/child";
import { runGemkeys } from "../helpers/run-gemkeys";

jest.setTimeout(60_000);

const CALLS = `Calls to the Gemini API of the local cloud:
✓ chat-backend: from 203.0.113.1, declared       200
✓ chat-backend: from 203.0.113.16, not declared  403 API_KEY_IP_ADDRESS_BLOCKED
✓ chat-backend: for another API (Translation)    403 API_KEY_SERVICE_BLOCKED
✓ ci-tests: from 192.0.2.17, declared            200
✓ ci-tests: from 192.0.2.32, not declared        403 API_KEY_IP_ADDRESS_BLOCKED
✓ ci-tests: for another API (Translation)        403 API_KEY_SERVICE_BLOCKED
✓ chat-backend: a wrong key                      400 API_KEY_INVALID

Every declared restriction holds.
`;

describe("gemkeys local without Terraform", () => {
  test("says why Terraform did not run, and shows that the restrictions hold", async () => {
    const { code, stdout, stderr } = await runGemkeys(["local", "--no-terraform"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("– Terraform did not run: --no-terraform was given.\n");
    expect(stdout).toContain("– The local cloud was filled from the synthesized stack instead.\n");
    expect(stdout.endsWith(CALLS)).toBe(true);
  });

  test("where there is no Terraform, that is the reason", async () => {
    const { code, stdout } = await runGemkeys(["local"], { env: { TERRAFORM_BINARY_NAME: "no-such-terraform" } });
    expect(code).toBe(0);
    expect(stdout).toContain("– Terraform did not run: no `no-such-terraform` was found.\n");
    expect(stdout.endsWith(CALLS)).toBe(true);
  });

  test("where Terraform is too old, that is the reason", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-old-"));
    try {
      const old = path.join(folder, "terraform");
      fs.writeFileSync(old, `#!/bin/sh\necho '{"terraform_version":"1.10.5"}'\n`, { mode: 0o755 });
      const { stdout } = await runGemkeys(["local"], { env: { TERRAFORM_BINARY_NAME: old } });
      expect(stdout).toContain(`– Terraform did not run: \`${old}\` is 1.10.5, and 1.11 is needed.\n`);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  test("another environment can be chosen, one with IPv6 and drained keys too", async () => {
    const { code, stdout } = await runGemkeys(["local", "--no-terraform", "--environment", "prod"]);
    expect(code).toBe(0);
    expect(stdout).toContain("✓ batch-embeddings: from 2001:db8:1::1, declared");
    expect(stdout).toContain("Every declared restriction holds.");
  });

  test("an environment without keys is not said to hold what it does not declare", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-empty-"));
    try {
      const environment = path.join(folder, "config", "environments", "dev.yaml");
      fs.cpSync(path.join(__dirname, "..", "..", "config"), path.join(folder, "config"), { recursive: true });
      fs.writeFileSync(environment, "project: acme-gemini-dev\nkeys: {}\n");
      const { code, stdout } = await runGemkeys(["local", "--no-terraform"], { cwd: folder });
      expect(code).toBe(0);
      expect(stdout.endsWith("– No key is declared in this environment, so nothing was called.\n")).toBe(true);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });

  test("an unknown environment is refused with code 2", async () => {
    const { code, stderr } = await runGemkeys(["local", "--no-terraform", "--environment", "prd"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "`--environment` must be one of dev, prod, staging, got: prd.\n",
    });
  });

  test("a busy port is told with code 3, no port with code 2", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as net.AddressInfo;
    try {
      const busy = await runGemkeys(["local", "--no-terraform", "--port", String(port)]);
      expect({ code: busy.code, stderr: busy.stderr }).toEqual({
        code: 3,
        stderr: `port ${port} is in use. Choose another with \`--port\`, or 0 for a free one.\n`,
      });
    } finally {
      server.close();
    }
    const wrong = await runGemkeys(["local", "--no-terraform", "--port", "70000"]);
    expect({ code: wrong.code, stderr: wrong.stderr }).toEqual({
      code: 2,
      stderr: "`--port` must be a number from 0 to 65535, got: 70000.\n",
    });
  });

  test("--keep leaves it running until Ctrl-C, then everything ends", async () => {
    let url = "";
    const { code, stdout } = await runGemkeys(["local", "--no-terraform", "--keep"], {
      when: [
        "export CHECKPOINT_DISABLE='1'",
        (child, text) => {
          url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)![0];
          void fetch(`${url}/v1beta/models`).then(async (answer) => {
            expect(answer.status).toBe(403);
            child.kill("SIGINT");
          });
        },
      ],
    });
    expect(code).toBe(0);
    expect(stdout).toContain("stays on");
    await expect(fetch(`${url}/v1beta/models`)).rejects.toThrow();
  });

  test("no key string is in what it prints", async () => {
    const { stdout, stderr } = await runGemkeys(["local", "--no-terraform"]);
    expect(stdout + stderr).not.toMatch(/AQ\.|AIza|FAKE/);
  });
});

describe("gemkeys local, interrupted while Terraform runs", () => {
  test("ends every process it started, and its folder is gone", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-slow-"));
    try {
      // Answers `version`, then hangs with a child of its own, as Terraform does with its provider.
      const slow = path.join(folder, "terraform");
      fs.writeFileSync(
        slow,
        `#!/bin/sh\nif [ "$1" = version ]; then echo '{"terraform_version":"1.11.4"}'; exit; fi\necho $$ > ${folder}/pid\nsleep 600 &\necho $! > ${folder}/child\nwait\n`,
        { mode: 0o755 },
      );
      const temporary = path.join(folder, "tmp");
      fs.mkdirSync(temporary);
      const started = waitFor(path.join(folder, "child"));
      const run = runGemkeys(["local"], {
        env: { TERRAFORM_BINARY_NAME: slow, TMPDIR: temporary },
        when: ["local Google Cloud on", (child) => void started.then(() => child.kill("SIGINT"))],
      });
      const { code, stdout, stderr } = await run;
      expect({ code, stderr }).toEqual({ code: 3, stderr: "\nInterrupted. Every process of this run has ended.\n" });
      expect(stdout).not.toContain("Terraform did not run");
      for (const name of ["pid", "child"]) {
        const pid = Number(fs.readFileSync(path.join(folder, name), "utf8"));
        expect(await isRunning(pid)).toBe(false);
      }
      expect(fs.readdirSync(temporary).filter((name) => name.startsWith("gemkeys"))).toEqual([]);
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** A process that has ended may wait for its parent to notice: `Z`. */
async function isRunning(pid: number): Promise<boolean> {
  const { stdout } = await runChild("ps", ["-o", "stat=", "-p", String(pid)], { cwd: os.tmpdir(), env: process.env });
  return stdout.trim() !== "" && !stdout.trim().startsWith("Z");
}

async function waitFor(file: string): Promise<void> {
  while (!fs.existsSync(file) || fs.readFileSync(file, "utf8").trim() === "") {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("gemkeys emulator", () => {
  test("--print-env names every shell's way, and refuses others", async () => {
    const sh = await runGemkeys(["emulator", "--port", "8123", "--print-env", "sh"]);
    expect(sh.code).toBe(0);
    expect(sh.stdout).toContain("export GOOGLE_APIKEYS_CUSTOM_ENDPOINT='http://127.0.0.1:8123/apikeys/v2/'\n");
    const json = await runGemkeys(["emulator", "--port", "8123", "--print-env", "json"]);
    expect(JSON.parse(json.stdout)).toBeInstanceOf(Object);
    expect(await runGemkeys(["emulator", "--print-env", "tcsh"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "`--print-env` must be one of sh, fish, powershell, json, got: tcsh.\n",
    });
  });

  test("tells at its end what it was asked and does not know", async () => {
    const { code, stdout, stderr } = await runGemkeys(["emulator", "--port", "0"], {
      when: [
        "Ctrl-C ends it",
        (child, text) => {
          const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)![0];
          void fetch(`${url}/tasks/v2/projects/p/queues`).then(() => child.kill("SIGINT"));
        },
      ],
    });
    expect(code).toBe(0);
    expect(stdout).toContain("\n1 requests, 1 unknown routes.\n");
    expect(stderr).toBe("answered 501, not known here: GET /tasks/v2/projects/p/queues\n");
  });

  test("keeps its state in a file, seeded from the configuration", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-state-"));
    const state = path.join(folder, "state.json");
    const end = (check: (url: string) => Promise<void>) =>
      runGemkeys(["emulator", "--port", "0", "--state", state, "--seed"], {
        when: [
          "Ctrl-C ends it",
          (child, text) =>
            void check(/http:\/\/127\.0\.0\.1:\d+/.exec(text)![0])
              .then(() => child.kill("SIGINT"))
              .catch(() => child.kill("SIGKILL")),
        ],
      });
    try {
      const first = await end(async () => {});
      expect(first.code).toBe(0);
      expect(fs.statSync(state).mode & 0o777).toBe(0o600);
      const second = await end(async (url) => {
        const keys = `${url}/apikeys/v2/projects/acme-gemini-prod/locations/global/keys`;
        const answer = (await (await fetch(keys)).json()) as { keys: unknown[] };
        if (answer.keys.length !== 4) throw new Error(`found ${answer.keys.length} keys`);
      });
      expect(second.code).toBe(0);
      fs.writeFileSync(state, "{");
      const third = await end(async () => {});
      expect(third.code).toBe(2);
      expect(third.stderr).toContain(state);
      expect(third.stderr).not.toContain("    at ");
    } finally {
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
});
