import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { PassThrough } from "node:stream";
import { check } from "../../cli/commands/check";
import { type InitOptions, init } from "../../cli/commands/init";
import { type Prompt, terminalPrompt } from "../../cli/prompt";
import { ConfigError, loadConfig } from "../../declaration/load";
import { writeNewFiles } from "../../declaration/starter";
import { runGemkeys } from "../helpers/run-gemkeys";
import { SAMPLE_FOLDER } from "../helpers/sample";

jest.setTimeout(60_000);

const NOW = new Date("2026-11-24T12:00:00Z");
const GIVEN = {
  organization: "acme",
  parent: "organizations/123456789012",
  billingAccount: "012345-6789AB-CDEF01",
  region: "asia-northeast1",
  github: "acme/keys",
  team: "search",
  teamGroup: "gcp-search@acme.com",
  environments: "dev, prod",
  budget: "100 USD",
  notify: "oncall@acme.com",
  key: "chat-backend",
  purpose: "Drafts answers: in the console",
  allow: "8.8.8.8 8.8.4.0/28",
  readers: "group:gcp-search@acme.com",
};

let folder: string;
let output: string;
const before = process.cwd();
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-init-"));
  process.chdir(folder);
  output = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    output += text;
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.chdir(before);
  fs.rmSync(folder, { recursive: true, force: true });
});

const run = (options: Partial<InitOptions> = {}) => init({ config: "config", yes: true, ...options }, undefined, NOW);

/** What it says when it refuses. */
async function refusal(options: Partial<InitOptions>): Promise<{ code: number; lines: string[] }> {
  try {
    await run(options);
  } catch (error) {
    const { message, exitCode } = error as Error & { exitCode: number };
    return { code: exitCode, lines: message.split("\n") };
  }
  throw new Error("it was not refused");
}

const tree = () =>
  (fs.readdirSync(".", { recursive: true }) as string[]).map((name) => name.replaceAll("\\", "/")).sort();
const text = (name: string) => fs.readFileSync(path.join("config", name), "utf8");
const FILES = [
  "config",
  "config/environments",
  "config/environments/dev.yaml",
  "config/environments/prod.yaml",
  "config/organization.yaml",
];

/** A person who answers, and what the person saw. */
function person(answers: readonly string[]): Prompt & { seen: string[] } {
  const left = [...answers];
  const seen: string[] = [];
  return {
    seen,
    ask: async (question) => {
      seen.push(question);
      return left.shift()!;
    },
    say: (line) => {
      seen.push(line);
    },
    close: () => {},
  };
}

describe("gemkeys init with options", () => {
  test("writes an organization, environments and a first key, which validate and check take", async () => {
    expect(await run(GIVEN)).toBe(0);
    expect(output).toBe(
      "config/organization.yaml written.\nconfig/environments/dev.yaml written.\nconfig/environments/prod.yaml written.\n\n" +
        "Next: gemkeys check, then gemkeys preflight <environment>.\n",
    );
    const { declaration } = loadConfig("config", NOW);
    expect(declaration.environments.map(({ name, project, protected: kept }) => [name, project.id, kept])).toEqual([
      ["dev", "acme-gemini-dev", false],
      ["prod", "acme-gemini-prod", true],
    ]);
    expect(declaration.environments[0]!.keys).toMatchObject([
      {
        name: "chat-backend",
        owner: { name: "search", group: "gcp-search@acme.com" },
        purpose: "Drafts answers: in the console",
        allow: ["8.8.4.0/28", "8.8.8.8"],
        readers: ["group:gcp-search@acme.com"],
        generations: [{ number: 1, created: "2026-11-24", phase: "serving" }],
      },
    ]);
    expect(declaration.organization.bootstrap?.stateBucket).toMatchObject({
      name: "acme-gemini-state",
      region: "asia-northeast1",
    });
    expect(check({ config: "config", format: "terminal", failOn: "medium" })).toBe(0);
  });

  test("tells in comments what each line is for", async () => {
    await run({ ...GIVEN, environments: "dev" });
    expect(text("organization.yaml")).toMatchInlineSnapshot(`
      "# What all environments share. Every field: docs/configuration.md
      name: acme
      parent: organizations/123456789012     # where projects are created
      billingAccount: 012345-6789AB-CDEF01   # pays for every project
      adminProject: acme-gemini-admin        # holds the state; every API call counts against its quota
      region: asia-northeast1                # of the state bucket
      bootstrap: {}                          # makes the admin project, the bucket, who plans and deploys: docs/bootstrap.md
      state:
        gcs: { bucket: acme-gemini-state }   # or hcpTerraform: { organization: acme, project: gemini }
      terraform:
        googleProvider: 6.50.0               # exact; 6.50, 7.x and 8.x are proven
      ci:
        github: { repository: acme/keys }    # pull requests plan, pushes to main deploy

      teams:                                 # who owns keys; also: contact, department
        search: { group: gcp-search@acme.com }

      # networks:                            # addresses with a name, for \`allow\` of keys
      #   office: [203.0.113.0/28]
      "
    `);
    expect(text("environments/dev.yaml")).toMatchInlineSnapshot(`
      "# One environment: one project, one stack. The file's name is its name. Every field: docs/configuration.md
      project: acme-gemini-dev               # is created; or { id: gen-lang-client-…, adopt: true } for one that exists
      budget:                                # warns, and stops nothing
        monthly: 100 USD
        forecastAt: [100]                    # percent; of actual spend at 50, 80 and 100
        notify: { emails: [oncall@acme.com] }
      monitoring:                            # a dashboard of the keys' usage, and alerts: docs/governance.md
        notify: { emails: [oncall@acme.com] }
      audit: {}                              # logs who reads keys, and alerts on strangers
      keys:
        chat-backend:
          owner: search                      # a team of organization.yaml
          purpose: "Drafts answers: in the console"
          allow: [8.8.8.8, 8.8.4.0/28]       # where calls come from, as Google sees them, after NAT
          readers: [group:gcp-search@acme.com] # who may read the secret, e.g. serviceAccount:…, group:…
          rotateEvery: 90d                   # a new generation is due after it; nothing is rotated by itself
          generations:
            - { number: 1, created: 2026-11-24, phase: serving }
      "
    `);
  });

  test("the command of docs/first-key.md works as it is written", async () => {
    const page = fs.readFileSync(path.join(before, "docs/first-key.md"), "utf8");
    const [, options = ""] = /^npx gemkeys init --yes ((?:.*\\\n)*.*)$/m.exec(page) ?? [];
    const words = [...options.matchAll(/"([^"]*)"|([^\s\\]+)/g)].map(([, quoted, word]) => quoted ?? word!);
    const given = words.flatMap((word, index) =>
      word.startsWith("--")
        ? [[word.slice(2).replace(/-(.)/g, (_, letter) => letter.toUpperCase()), words[index + 1]]]
        : [],
    );
    expect(await run(Object.fromEntries(given))).toBe(0);
    expect(loadConfig("config", NOW).declaration.environments.map(({ name }) => name)).toEqual(["dev", "prod"]);
  });

  test("run twice changes nothing", async () => {
    await run(GIVEN);
    const written = FILES.slice(2).map((name) => [fs.readFileSync(name, "utf8"), fs.statSync(name).mtimeMs]);
    output = "";
    expect(await run({ ...GIVEN, purpose: "Another one", organization: "other" })).toBe(0);
    expect(output).toBe(
      "config/organization.yaml is there, and stays as it is.\nconfig/environments/dev.yaml is there, and stays as it is.\n" +
        "config/environments/prod.yaml is there, and stays as it is.\nNothing was written.\n",
    );
    expect(FILES.slice(2).map((name) => [fs.readFileSync(name, "utf8"), fs.statSync(name).mtimeMs])).toEqual(written);
  });

  test("an environment is added to an organization that is kept", async () => {
    await run(GIVEN);
    output = "";
    const options = {
      environments: "dev,staging",
      projects: "acme-gemini-staging",
      key: "web",
      purpose: "Search",
      allow: "8.8.4.4",
    };
    expect(await run(options)).toBe(0);
    expect(output).toBe(
      "config/organization.yaml is there, and stays as it is.\nconfig/environments/dev.yaml is there, and stays as it is.\n" +
        "config/environments/staging.yaml written.\n\nNext: gemkeys check, then gemkeys preflight <environment>.\n",
    );
    const staging = loadConfig("config", NOW).declaration.environments.find(({ name }) => name === "staging")!;
    expect(staging.keys.map(({ name, owner }) => [name, owner.name])).toEqual([["web", "search"]]);
  });

  test("without billing there is no bootstrap and no budget", async () => {
    const { billingAccount, budget, region, github, ...rest } = GIVEN;
    expect(await run({ ...rest, environments: "dev" })).toBe(0);
    const { declaration } = loadConfig("config", NOW);
    expect(declaration.organization).not.toHaveProperty("bootstrap.project");
    expect(declaration.environments[0]).toMatchObject({
      name: "dev",
      monitoring: { emails: ["oncall@acme.com"] },
    });
    expect(declaration.environments[0]!.budget).toBeUndefined();
  });

  test("everything that is missing is told at once", async () => {
    expect(await refusal({ billingAccount: "012345-6789AB-CDEF01" })).toEqual({
      code: 2,
      lines: [
        "`--organization` must be given, got: nothing. Asked for: short name of the organization, e.g. acme.",
        "`--region` must be given, got: nothing. Asked for: region of the state bucket, e.g. europe-west1.",
        "`--key` must be given, got: nothing. Asked for: name of the first key, e.g. chat-backend.",
        "`--team` must be given, got: nothing. Asked for: team that owns the key, e.g. search.",
        "`--team-group` must be given, got: nothing. Asked for: Google group of the team.",
        "`--purpose` must be given, got: nothing. Asked for: what the key is for, in a sentence.",
        "`--allow` must be given, got: nothing. Asked for: addresses and ranges the key may be used from, as Google sees them; or networks of organization.yaml.",
        "",
        "Nothing was written.",
      ],
    });
    expect(tree()).toEqual([]);
  });

  test("everything that is wrong is told at once, in the words of validate", async () => {
    const { team, ...rest } = GIVEN;
    const wrong = {
      organization: "Acme",
      parent: "acme",
      budget: "100",
      allow: "10.0.0.1,1.2.3.0/0",
      bootstrap: "maybe",
      key: "ab",
    };
    expect(await refusal({ ...rest, ...wrong, environments: "../dev" })).toEqual({
      code: 2,
      lines: [
        "`--bootstrap` must be yes or no, got: maybe. Without bootstrap the admin project and the bucket have to exist.",
        "`--team` must be given, got: nothing. Asked for: team that owns the key, e.g. search.",
        "`--environments` must have a name, before .yaml, that is 1 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: ../dev. Write a name such as tokyo-office.",
        "`--budget` must be an amount such as 2000 USD, got: 100. Add the currency, such as 100 USD.",
        "`--key` must give a service account id of at least 6 characters, but gk-<name> has 5, got: ab. Lengthen the name to at least 3 characters.",
        "`--allow` must be a public range, got: 10.0.0.1. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
        "`--allow` must be narrower than the whole internet, got: 1.2.3.0/0. Use the egress addresses of your callers: a range with /0 lets the key be used from anywhere.",
        "`--organization` must be 1 to 20 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Acme. Write a name such as tokyo-office.",
        "`--parent` must be organizations/<number> or folders/<number>, got: acme. Write the number, such as folders/123456789012.",
        "",
        "Nothing was written.",
      ],
    });
    expect(tree()).toEqual([]);
  });

  test.each([
    [
      { projects: "acme-gemini-dev" },
      "`--projects` must name 2, one for each of dev, prod, got: 1. Separate them by commas, in the order of the environments.",
    ],
    [
      { projects: "acme-gemini-admin,acme-x-prod" },
      "`--projects` must not be used twice: it is the project of adminProject in config/organization.yaml, got: acme-gemini-admin. Give each its own project.",
    ],
    [
      { stateBucket: "-x" },
      "`--state-bucket` must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: -x. Write a name such as acme-gemini-state.",
    ],
    [
      { allow: "office" },
      "`--allow` must be an address, a CIDR range or a name from `networks` in organization.yaml, got: office. Add it to `networks`, or write one of: (none yet).",
    ],
    [
      { purpose: "Use AIzaFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKE" },
      "`--purpose` must not hold an API key, got: Use [redacted]. Remove it, and revoke the key: it was written where many may read it.",
    ],
    [
      { purpose: "$" + "{file}" },
      `\`--purpose\` must not contain \${, got: \${file}. Terraform would run it as an expression. Write the text without it.`,
    ],
  ])("%j is refused", async (change, line) => {
    expect(await refusal({ ...GIVEN, ...change })).toEqual({
      code: 2,
      lines: [line, "", "Nothing was written."],
    });
    expect(tree()).toEqual([]);
  });

  test("text that YAML would read otherwise is quoted", async () => {
    for (const purpose of ["yes", "a: b # c", "[x", "'", "- {", '"quoted" \\ text', "null", "12", "é 日本"]) {
      await run({ ...GIVEN, purpose });
      expect(loadConfig("config", NOW).declaration.environments[0]!.keys[0]!.purpose).toBe(purpose);
      fs.rmSync("config", { recursive: true });
    }
  });

  test("nothing is added to a configuration that is wrong", async () => {
    await run(GIVEN);
    fs.appendFileSync("config/organization.yaml", "colour: red\n");
    const found = await run({ environments: "staging" }).catch((error: unknown) => error);
    expect(ConfigError.is(found) && found.message).toMatch(
      /^config\/organization\.yaml:20:1: `colour` must be a known field, got: colour\. Write one of: `name`, /,
    );
    expect(tree()).toEqual(FILES);
  });

  test("the sample has to be removed first", async () => {
    fs.cpSync(SAMPLE_FOLDER, "config", { recursive: true });
    expect(await refusal(GIVEN)).toEqual({
      code: 2,
      lines: [
        "`config/organization.yaml` must be yours, got: the sample's (it has `allowDocumentationAddresses`).",
        "Remove the sample, then start again: rm -r config",
        "Or write your configuration to another folder: gemkeys init --config <folder>",
      ],
    });
  });

  test("a file that cannot be written leaves none", () => {
    fs.mkdirSync("config/environments", { recursive: true });
    fs.writeFileSync("config/environments/prod.yaml", "mine");
    const files = new Map([
      ["organization.yaml", "a"],
      ["environments/dev.yaml", "b"],
      ["environments/prod.yaml", "c"],
    ]);
    expect(() => writeNewFiles("config", files)).toThrow(expect.objectContaining({ code: "EEXIST" }));
    expect(tree()).toEqual(["config", "config/environments", "config/environments/prod.yaml"]);
    expect(text("environments/prod.yaml")).toBe("mine");
  });

  test("the program needs no terminal", async () => {
    jest.restoreAllMocks();
    const { code, stdout, stderr } = await runGemkeys(["init", "--organization", "acme", "--key", "web"], {
      cwd: folder,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^`--team` must be given, got: nothing\. [\s\S]*\n\nNothing was written\.\n$/);
  });
});

describe("gemkeys init with a person", () => {
  test("asks, and asks again where an answer is refused", async () => {
    const answers = [
      "Acme",
      "acme",
      "",
      "",
      "",
      "",
      "dev",
      "",
      "",
      "web",
      "search",
      "gcp-search@acme.com",
      "",
      "Search",
      "10.0.0.1",
      "8.8.8.8",
      "",
    ];
    const asked = person(answers);
    expect(await init({ config: "config" }, asked, NOW)).toBe(0);
    expect(asked.seen).toEqual([
      "Short name of the organization, e.g. acme: ",
      "`--organization` must be 1 to 20 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Acme. Write a name such as tokyo-office.",
      "Short name of the organization, e.g. acme: ",
      "Where projects are created, organizations/<number> or folders/<number>; none: an account without an organization: ",
      "Billing account, e.g. 012345-6789AB-CDEF01; none: the free tier, without budgets: ",
      "Project for the state and for CI, whose quota every API call counts against [acme-gemini-admin]: ",
      "Bucket for the Terraform state [acme-gemini-state]: ",
      "Environments, e.g. dev,prod: each gets a project and a file [dev]: ",
      "Project of each environment, in the same order; they are created [acme-gemini-dev]: ",
      "E-mail addresses for budget and alerts; none: no alerts: ",
      "Name of the first key, e.g. chat-backend: ",
      "Team that owns the key, e.g. search: ",
      "Google group of the team: ",
      "What the key is for, in a sentence: ",
      "`--purpose` must be given, got: nothing. Asked for: what the key is for, in a sentence.",
      "What the key is for, in a sentence: ",
      "Addresses and ranges the key may be used from, as Google sees them; or networks of organization.yaml: ",
      "`--allow` must be a public range, got: 10.0.0.1. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
      "Addresses and ranges the key may be used from, as Google sees them; or networks of organization.yaml: ",
      "Who may read its secret, e.g. serviceAccount:chat@acme-apps.iam.gserviceaccount.com; none: nobody yet: ",
    ]);
    expect(loadConfig("config", NOW).declaration.environments[0]!.keys[0]!.allow).toEqual(["8.8.8.8"]);
  });

  test("asks only for what no option says, and nothing where all is there", async () => {
    const asked = person(["8.8.8.8"]);
    const { allow, ...rest } = GIVEN;
    const options = {
      ...rest,
      parent: "folders/1",
      adminProject: "acme-x-admin",
      stateBucket: "acme-x-state",
      bootstrap: "yes",
      projects: "acme-x-dev,acme-x-prod",
    };
    expect(await init({ config: "config", ...options }, asked, NOW)).toBe(0);
    expect(asked.seen).toHaveLength(1);
    const again = person([]);
    expect(await init({ config: "config", ...options }, again, NOW)).toBe(0);
    expect(again.seen).toEqual([]);
  });

  test.each([
    ["Ctrl-D", "", "The input ended. Nothing was written.", 2],
    ["Ctrl-C", "acme\n\u0003", "Interrupted. Nothing was written.", 130],
  ])("%s leaves nothing", async (_, typed, message, exitCode) => {
    const input = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: () => {},
    });
    const screen = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 80,
    });
    const ended = init({ config: "config" }, terminalPrompt(input, screen), NOW);
    input.write(typed);
    if (typed === "") input.end();
    await expect(ended).rejects.toMatchObject({ message, exitCode });
    expect(tree()).toEqual([]);
  });
});
