import * as fs from "node:fs";
import * as path from "node:path";
import { ConfigError, loadConfig } from "../../declaration/load";
import { ENVIRONMENT, type Files, files, inConfigFolder, ORGANIZATION } from "../helpers/config-folder";

const NOW = new Date("2026-11-24T12:00:00Z");

/** The messages for a configuration; `arrange` runs in the folder before it is loaded. */
function problems(content: Files, arrange: () => void = () => {}): string[] {
  return inConfigFolder(content, () => {
    arrange();
    try {
      loadConfig("config", NOW);
    } catch (error) {
      if (ConfigError.is(error)) return error.message.split("\n");
      throw error;
    }
    return [];
  });
}

/** The valid configuration with one place of the environment changed. */
function env(from: string, to: string): Files {
  if (!ENVIRONMENT.includes(from)) throw new Error(`the environment has no ${from}`);
  return files({ "environments/prod.yaml": ENVIRONMENT.replace(from, to) });
}

/** The valid configuration with one place of the organization changed. */
function org(from: string, to: string): Files {
  if (!ORGANIZATION.includes(from)) throw new Error(`the organization has no ${from}`);
  return files({ "organization.yaml": ORGANIZATION.replace(from, to) });
}

/** The valid configuration with a bootstrap, and lines added to the organization. */
function bootstrap(lines = "", from: string | RegExp = "", to = ""): Files {
  const organization = `${ORGANIZATION.replace(from, to)}region: europe-west1\nbootstrap: {}\n`;
  return files({ "organization.yaml": organization + lines });
}

/** The same with a system called gitlab. */
function gitlab(planner: string, deployer: string, issuer = "https://gitlab.com"): Files {
  return bootstrap(
    `ci:\n  oidc:\n    gitlab:\n      issuer: ${issuer}\n      planner: ${planner}\n      deployer: ${deployer}\n`,
  );
}

const MANY_KEYS = Array.from(
  { length: 301 },
  (_, i) => `  key-${i}:
    owner: search
    purpose: x
    allow: [1.1.1.1]
    generations: [{ number: 1, created: 2026-11-01, phase: serving }]
`,
).join("");

const REFUSED: readonly (readonly [string, Files, ...string[]])[] = [
  [
    "unknown field, close to a known one",
    env("owner: search", "owner: search\n    ownr: x"),
    "config/environments/prod.yaml:7:5: `keys.web.ownr` must be a known field, got: ownr. Did you mean `owner`?",
  ],
  [
    "unknown field, close to none",
    env("owner: search", "owner: search\n    zzzzzzzz: x"),
    "config/environments/prod.yaml:7:5: `keys.web.zzzzzzzz` must be a known field, got: zzzzzzzz. Write one of: `owner`, `purpose`, `allow`, `readers`, `rotateEvery`, `generations`, `waive`.",
  ],
  [
    "unknown field at the top",
    env("project:", "projekt: x\nproject:"),
    "config/environments/prod.yaml:1:1: `projekt` must be a known field, got: projekt. Did you mean `project`?",
  ],
  [
    "duplicate field",
    env("owner: search", "owner: search\n    owner: other"),
    "config/environments/prod.yaml:6:12: `keys.web.owner` must be a team from `teams` in organization.yaml, got: other. Add it to `teams`, or write one of: search.",
    "config/environments/prod.yaml:7:5: `owner` must be given once, got: a second one. Remove one of the two.",
  ],
  [
    "broken YAML",
    env("allow: [prod-egress, 1.1.1.1]", "allow: [prod-egress, 1.1.1.1"),
    "config/environments/prod.yaml:9:5: `file` must be valid YAML, got: flow sequence in block collection must be sufficiently indented and end with a ]. Correct this line, or the one before it.",
  ],
  [
    "alias",
    env("keys:", "x: &a [1]\ny: *a\nkeys:"),
    "config/environments/prod.yaml:5:4: `y` must be written out, got: the alias *a. Repeat the value: aliases hide what a key may do from its reviewers.",
  ],
  [
    "alias bomb",
    files({
      "environments/prod.yaml":
        "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n",
    }),
    "config/environments/prod.yaml:2:8: `b[0]` must be written out, got: the alias *a. Repeat the value: aliases hide what a key may do from its reviewers.",
  ],
  [
    "a file over 1 MB",
    files({ "environments/prod.yaml": "#".repeat(1_000_001) }),
    "config/environments/prod.yaml:1:1: `file` must be at most 1 MB, got: 1000001 bytes. Split it into environments.",
  ],
  [
    "${ in a value",
    env("purpose: Answers questions", 'purpose: Answers ${file("/etc/passwd")}'),
    'config/environments/prod.yaml:7:14: `keys.web.purpose` must not contain ${, got: Answers ${file("/etc/passwd")}. Terraform would run it as an expression. Write the text without it.',
  ],
  [
    "%{ in a value",
    env("purpose: Answers questions", 'purpose: "%{ if true }x%{ endif }"'),
    "config/environments/prod.yaml:7:14: `keys.web.purpose` must not contain %{, got: %{ if true }x%{ endif }. Terraform would run it as an expression. Write the text without it.",
  ],
  [
    "${ in a name",
    env("  web:", '  "we${b}":'),
    "config/environments/prod.yaml:5:3: `keys.we${b}` must not contain ${, got: we${b}. Terraform would run it as an expression. Write the text without it.",
    "config/environments/prod.yaml:5:3: `keys.we${b}` must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: we${b}. Write a name such as chat-backend.",
  ],
  [
    "project id with other characters",
    env("acme-gemini-prod", "Acme_Prod"),
    "config/environments/prod.yaml:1:10: `project` must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Acme_Prod. Write an id such as acme-gemini-prod.",
  ],
  [
    "project id with a restricted word; adopt: false",
    env("project: acme-gemini-prod", "project: { id: my-google-x, adopt: false }"),
    "config/environments/prod.yaml:1:16: `project.id` must not contain google, got: my-google-x. Google refuses this word in a project id: choose another id.",
    "config/environments/prod.yaml:1:36: `project.adopt` must be `true`, got: false. Write `true`.",
  ],
  [
    "project of another type",
    env("project: acme-gemini-prod", "project: [a]"),
    "config/environments/prod.yaml:1:10: `project` must be text or a mapping of fields, got: a list. The project of this environment. It should hold Gemini keys and nothing else.",
  ],
  [
    "no project",
    env("project: acme-gemini-prod\n", ""),
    "config/environments/prod.yaml:1:1: `project` must be given, got: nothing. Add it: the project of this environment. It should hold Gemini keys and nothing else.",
  ],
  [
    "key name like a UUID",
    env("  web:", "  a1b2c3d4-1111-2222-3333-444455556666:"),
    "config/environments/prod.yaml:5:3: `keys.a1b2c3d4-1111-2222-3333-444455556666` must not look like a UUID, got: a1b2c3d4-1111-2222-3333-444455556666. Google refuses such ids. Write a name such as chat-backend.",
  ],
  [
    "service account id over 30 characters",
    env("  web:", "  aaaaaaaaaabbbbbbbbbbcccccccccc:"),
    "config/environments/prod.yaml:5:3: `keys.aaaaaaaaaabbbbbbbbbbcccccccccc` must give a service account id of at most 30 characters, but gk-<name> has 33, got: aaaaaaaaaabbbbbbbbbbcccccccccc. Shorten the name to at most 27 characters.",
  ],
  [
    "service account id under 6 characters",
    env("  web:", "  ab:"),
    "config/environments/prod.yaml:5:3: `keys.ab` must give a service account id of at least 6 characters, but gk-<name> has 5, got: ab. Lengthen the name to at least 3 characters.",
  ],
  [
    "key name with other characters",
    env("  web:", "  Web_1:"),
    "config/environments/prod.yaml:5:3: `keys.Web_1` must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Web_1. Write a name such as chat-backend.",
  ],
  [
    "billing account",
    org("012345-6789AB-CDEF01", "12345"),
    "config/organization.yaml:3:17: `billingAccount` must be a billing account such as 012345-6789AB-CDEF01, got: 12345. Write the id that `gcloud billing accounts list` shows.",
  ],
  [
    "two environments with one project",
    files({ "environments/dev.yaml": ENVIRONMENT }),
    "config/environments/prod.yaml:1:10: `project` must not be used twice: it is the project of config/environments/dev.yaml, got: acme-gemini-prod. Give each its own project.",
  ],
  [
    "the admin project as an environment's",
    env("acme-gemini-prod", "acme-gemini-admin"),
    "config/environments/prod.yaml:1:10: `project` must not be used twice: it is the project of adminProject in config/organization.yaml, got: acme-gemini-admin. Give each its own project.",
  ],
  [
    "address 010.0.0.1",
    env("1.1.1.1", '"010.0.0.1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must have no leading zeros, got: 010.0.0.1. Write 10.0.0.1 if it is decimal: some programs read a leading zero as octal.",
  ],
  [
    "address 8.8.8.8/24",
    env("1.1.1.1", '"8.8.8.8/24"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a CIDR range without host bits, got: 8.8.8.8/24. Write 8.8.8.0/24 or 8.8.8.8.",
  ],
  [
    "address 0.0.0.0/0",
    env("1.1.1.1", '"0.0.0.0/0"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be narrower than the whole internet, got: 0.0.0.0/0. Use the egress addresses of your callers: a range with /0 lets the key be used from anywhere.",
  ],
  [
    "address ::/0",
    env("1.1.1.1", '"::/0"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be narrower than the whole internet, got: ::/0. Use the egress addresses of your callers: a range with /0 lets the key be used from anywhere.",
  ],
  [
    "address 10.0.0.1",
    env("1.1.1.1", '"10.0.0.1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: 10.0.0.1. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
  ],
  [
    "address 127.0.0.1",
    env("1.1.1.1", '"127.0.0.1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: 127.0.0.1. Use the egress address of your NAT: 127.0.0.0/8 is loopback (RFC 1122).",
  ],
  [
    "address 169.254.1.1",
    env("1.1.1.1", '"169.254.1.1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: 169.254.1.1. Use the egress address of your NAT: 169.254.0.0/16 is link-local (RFC 3927).",
  ],
  [
    "address 203.0.113.5",
    env("1.1.1.1", '"203.0.113.5"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: 203.0.113.5. Use the egress address of your NAT: 203.0.113.0/24 is for documentation (RFC 5737).",
  ],
  [
    "address 224.0.0.1",
    env("1.1.1.1", '"224.0.0.1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: 224.0.0.1. Use the egress address of your NAT: 224.0.0.0/4 is multicast (RFC 5771).",
  ],
  [
    "address fe80::1",
    env("1.1.1.1", '"fe80::1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: fe80::1. Use the egress address of your NAT: fe80::/10 is link-local (RFC 4291).",
  ],
  [
    "address fd00::1",
    env("1.1.1.1", '"fd00::1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: fd00::1. Use the egress address of your NAT: fc00::/7 is private (unique local, RFC 4193).",
  ],
  [
    "address ::1",
    env("1.1.1.1", '"::1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: ::1. Use the egress address of your NAT: ::1 is loopback (RFC 4291).",
  ],
  [
    "address ff02::1",
    env("1.1.1.1", '"ff02::1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: ff02::1. Use the egress address of your NAT: ff00::/8 is multicast (RFC 4291).",
  ],
  [
    "address 2001:db8::1",
    env("1.1.1.1", '"2001:db8::1"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: 2001:db8::1. Use the egress address of your NAT: 2001:db8::/32 is for documentation (RFC 3849).",
  ],
  [
    "address ::ffff:8.8.8.8",
    env("1.1.1.1", '"::ffff:8.8.8.8"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must not be an IPv4-mapped IPv6 address, got: ::ffff:8.8.8.8. Write the IPv4 address 8.8.8.8.",
  ],
  [
    "address 0.0.0.0",
    env("1.1.1.1", '"0.0.0.0"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a public range, got: 0.0.0.0. Use the egress address of your NAT: 0.0.0.0 is the unspecified address (RFC 1122).",
  ],
  [
    "address prod-egres",
    env("1.1.1.1", '"prod-egres"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be an address, a CIDR range or a name from `networks` in organization.yaml, got: prod-egres. Did you mean prod-egress?",
  ],
  [
    "address 1.2.3",
    env("1.1.1.1", '"1.2.3"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be an IPv4 or IPv6 address or a CIDR range, got: 1.2.3. Write one such as 203.0.113.7, 203.0.113.0/24 or 2001:db8::/48.",
  ],
  [
    "address 8.8.8.8/33",
    env("1.1.1.1", '"8.8.8.8/33"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must have a prefix length from 1 to 32, got: 8.8.8.8/33. Write the number of leading bits that are fixed, such as 8.8.8.8/32 for one address.",
  ],
  [
    "address 8.8.8.0-8.8.8.9",
    env("1.1.1.1", '"8.8.8.0-8.8.8.9"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be a CIDR range, not a range from one address to another, got: 8.8.8.0-8.8.8.9. Write 8.8.8.0/29, 8.8.8.8/31.",
  ],
  [
    "address foo.example.com",
    env("1.1.1.1", '"foo.example.com"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must be an IPv4 or IPv6 address or a CIDR range, got: foo.example.com. Write the addresses that the host sends from: Google takes no names.",
  ],
  [
    "address 12.0.0.0/33",
    env("1.1.1.1", '"12.0.0.0/33"'),
    "config/environments/prod.yaml:8:26: `keys.web.allow[1]` must have a prefix length from 1 to 32, got: 12.0.0.0/33. Write the number of leading bits that are fixed, such as 12.0.0.0/32 for one address.",
  ],
  [
    "private range in a network",
    org("8.8.8.8,", "10.0.0.0/8,"),
    "config/organization.yaml:12:17: `networks.prod-egress[0]` must be a public range, got: 10.0.0.0/8. Use the egress address of your NAT: 10.0.0.0/8 is private (RFC 1918).",
  ],
  [
    "two serving generations",
    env("phase: serving }", "phase: serving }\n      - { number: 2, created: 2026-11-02, phase: serving }"),
    "config/environments/prod.yaml:13:50: `keys.web.generations[1].phase` must be `serving` for exactly one generation, got: serving for 1 and 2. Set generation 1 to `draining` when 2 takes over.",
  ],
  [
    "reused generation number",
    env("phase: serving }", "phase: serving }\n      - { number: 1, created: 2026-11-02, phase: prepared }"),
    "config/environments/prod.yaml:13:19: `keys.web.generations[1].number` must be higher than 1, the number before it, got: 1. Write 2: a number is never used again, since Google keeps a deleted key's id for 30 days.",
  ],
  [
    "decreasing generation number",
    env(
      "number: 1, created: 2026-11-01, phase: serving }",
      "number: 3, created: 2026-11-01, phase: serving }\n      - { number: 2, created: 2026-11-02, phase: prepared }",
    ),
    "config/environments/prod.yaml:13:19: `keys.web.generations[1].number` must be higher than 3, the number before it, got: 2. Write 4: a number is never used again, since Google keeps a deleted key's id for 30 days.",
  ],
  [
    "no serving generation",
    env("phase: serving", "phase: prepared"),
    "config/environments/prod.yaml:12:7: `keys.web.generations` must hold exactly one generation with `phase: serving`, got: none. Readers of the secret are given the serving key: set one generation to `serving`.",
  ],
  [
    "future creation date",
    env("2026-11-01", "2026-11-26"),
    "config/environments/prod.yaml:12:31: `keys.web.generations[0].created` must not be in the future, got: 2026-11-26. Write the day you declare it: 2026-11-25 or before.",
  ],
  [
    "no day of the calendar",
    env("2026-11-01", "2026-02-30"),
    "config/environments/prod.yaml:12:31: `keys.web.generations[0].created` must be a day of the calendar, got: 2026-02-30. Use a day from 01 to 28: 2026-02 has no other.",
  ],
  [
    "unknown team",
    env("owner: search", "owner: serch"),
    "config/environments/prod.yaml:6:12: `keys.web.owner` must be a team from `teams` in organization.yaml, got: serch. Did you mean search?",
  ],
  [
    "budget without billing account",
    org("billingAccount: 012345-6789AB-CDEF01\n", ""),
    "config/environments/prod.yaml:2:1: `budget` must have a billing account to watch, got: none in organization.yaml. Add `billingAccount` to organization.yaml, or remove the budget.",
  ],
  [
    "unknown currency",
    env("2000 USD", "2000 XYZ"),
    "config/environments/prod.yaml:3:12: `budget.monthly` must have a currency code of ISO 4217, got: 2000 XYZ. Write the currency of the billing account, such as USD, EUR or JPY.",
  ],
  [
    "amount with separators",
    env("2000 USD", "2,000 USD"),
    "config/environments/prod.yaml:3:12: `budget.monthly` must be an amount such as 2000 USD, got: 2,000 USD. Write no separators: 2000 USD.",
  ],
  [
    "budgets in two currencies",
    files({
      "environments/dev.yaml": ENVIRONMENT.replace("acme-gemini-prod", "acme-gemini-dev").replace(
        "2000 USD",
        "100 EUR",
      ),
    }),
    "config/environments/prod.yaml:3:12: `budget.monthly` must be in EUR as in config/environments/dev.yaml, since they share a billing account, got: USD. Write every budget in the currency of the billing account.",
  ],
  [
    "percentages out of range",
    env("monthly: 2000 USD", "monthly: 2000 USD\n  alertAt: [0, 50, 201, 1.5]"),
    "config/environments/prod.yaml:4:13: `budget.alertAt[0]` must be a whole number from 1 to 200, got: 0. Write percent, e.g. 80.",
    "config/environments/prod.yaml:4:20: `budget.alertAt[2]` must be a whole number from 1 to 200, got: 201. Write percent, e.g. 80.",
    "config/environments/prod.yaml:4:25: `budget.alertAt[3]` must be a whole number from 1 to 200, got: 1.5. Write percent, e.g. 80.",
  ],
  [
    "key without owner and purpose",
    env("    owner: search\n    purpose: Answers questions\n", ""),
    "config/environments/prod.yaml:6:5: `keys.web.owner` must be given, got: nothing. Add it: the team that owns the key, a name from `teams`.",
    "config/environments/prod.yaml:6:5: `keys.web.purpose` must be given, got: nothing. Add it: what the key is for, in a sentence.",
  ],
  [
    "blank purpose",
    env("Answers questions", '"  "'),
    "config/environments/prod.yaml:7:14: `keys.web.purpose` must have 1 to 200 characters, got: 0 characters. Write at least 1.",
  ],
  [
    "key without addresses",
    env("    allow: [prod-egress, 1.1.1.1]\n", ""),
    "config/environments/prod.yaml:6:5: `keys.web.allow` must be given, got: nothing. Add it: networks by name, addresses and CIDR ranges the key may be used from, as Google sees them.",
  ],
  [
    "key with no address",
    env("allow: [prod-egress, 1.1.1.1]", "allow: []"),
    "config/environments/prod.yaml:8:12: `keys.web.allow` must hold at least 1 entry, got: none. Add one.",
  ],
  [
    "not true or false",
    env("project: acme-gemini-prod", "project: acme-gemini-prod\nprotected: yes"),
    "config/environments/prod.yaml:2:12: `protected` must be true or false, got: yes. Write `true` or `false`.",
  ],
  [
    "everyone as reader",
    env("group:gcp-search@example.com", "allUsers"),
    "config/environments/prod.yaml:9:15: `keys.web.readers[0]` must not be allUsers, which stands for everyone, got: allUsers. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
  ],
  [
    "period in months",
    env("90d", "3m"),
    "config/environments/prod.yaml:10:18: `keys.web.rotateEvery` must be a number of days, got: 3m. Write days, e.g. 90d.",
  ],
  [
    "two backends",
    org(
      "gcs: { bucket: acme-gemini-state }",
      "gcs: { bucket: acme-gemini-state }\n  hcpTerraform: { organization: acme }",
    ),
    "config/organization.yaml:6:3: `state` must name exactly one backend, got: gcs and hcpTerraform. Write `gcs` or `hcpTerraform`.",
  ],
  [
    "no backend",
    org("\n  gcs: { bucket: acme-gemini-state }", " {}"),
    "config/organization.yaml:5:8: `state` must name exactly one backend, got: none. Write `gcs` or `hcpTerraform`.",
  ],
  [
    "provider version as a range",
    org("6.50.0", "~> 6.50"),
    "config/organization.yaml:8:19: `terraform.googleProvider` must be an exact version, got: ~> 6.50. Write three numbers without an operator, such as 6.50.0.",
  ],
  [
    "provider version as a number",
    org("6.50.0", "6.50"),
    "config/organization.yaml:8:19: `terraform.googleProvider` must be an exact version, got: 6.50. Write all three numbers, such as 6.50.0.",
  ],
  [
    "empty file",
    files({ "environments/prod.yaml": "" }),
    "config/environments/prod.yaml:1:1: `file` must be a mapping of fields, got: nothing. Write its fields on indented lines below.",
  ],
  [
    "list instead of fields",
    files({ "environments/prod.yaml": "- a\n" }),
    "config/environments/prod.yaml:1:1: `file` must be a mapping of fields, got: a list. Write its fields on indented lines below.",
  ],
  [
    "no organization.yaml",
    { "environments/prod.yaml": ENVIRONMENT },
    "config/organization.yaml:1:1: `file` must exist, got: no such file. Create it, or name another folder with --config.",
  ],
  [
    "no environments",
    { "organization.yaml": ORGANIZATION },
    "config/environments:1:1: `file` must be a folder with one file per environment, got: no such folder. Create it.",
  ],
  [
    "file with another ending",
    files({ "environments/dev.yml": "x" }),
    "config/environments/dev.yml:1:1: `file` must be named <environment>.yaml, got: dev.yml. Rename or remove the file.",
  ],
  [
    "environment's name",
    files({ "environments/Dev_1.yaml": ENVIRONMENT.replace("prod", "dev") }),
    "config/environments/Dev_1.yaml:1:1: `file` must have a name, before .yaml, that is 1 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Dev_1. Write a name such as tokyo-office.",
  ],
  [
    "not UTF-8",
    files({ "environments/prod.yaml": Buffer.from([0xff, 0xfe, 0x00]) }),
    "config/environments/prod.yaml:1:1: `file` must be UTF-8 text, got: other bytes. Save the file as UTF-8.",
  ],
  [
    "every problem of every file at once",
    {
      "organization.yaml": ORGANIZATION.replace("name: acme", "nam: acme"),
      "environments/prod.yaml": ENVIRONMENT.replace("owner: search", "owner: x").replace("90d", "9"),
      "environments/dev.yaml": ENVIRONMENT.replace("2026-11-01", "2027-11-01"),
    },
    "config/environments/dev.yaml:12:31: `keys.web.generations[0].created` must not be in the future, got: 2027-11-01. Write the day you declare it: 2026-11-25 or before.",
    "config/environments/prod.yaml:1:10: `project` must not be used twice: it is the project of config/environments/dev.yaml, got: acme-gemini-prod. Give each its own project.",
    "config/environments/prod.yaml:6:12: `keys.web.owner` must be a team from `teams` in organization.yaml, got: x. Add it to `teams`, or write one of: search.",
    "config/environments/prod.yaml:10:18: `keys.web.rotateEvery` must be a number of days, got: 9. Write days, e.g. 9d.",
    "config/organization.yaml:1:1: `name` must be given, got: nothing. Add it: the organization's short name: 1 to 20 lower-case letters, digits and hyphens.",
    "config/organization.yaml:1:1: `nam` must be a known field, got: nam. Did you mean `name`?",
  ],
  [
    "more than 300 keys",
    files({ "environments/prod.yaml": `project: acme-gemini-prod\nkeys:\n${MANY_KEYS}` }),
    "config/environments/prod.yaml:2:1: `keys` must hold at most 300 generations of keys, Google's limit for a project, got: 301. Move keys to another environment.",
  ],
  [
    "__proto__",
    files({ "environments/prod.yaml": `project: acme-gemini-prod\n__proto__: {a: 1}\nkeys: {}\n` }),
    "config/environments/prod.yaml:2:1: `__proto__` must be a known field, got: __proto__. Write one of: `project`, `protected`, `budget`, `access`, `monitoring`, `audit`, `quotas`, `allowServiceAccountKeys`, `waive`, `keys`.",
  ],
  [
    "a name that is a number",
    files({ "environments/prod.yaml": `project: acme-gemini-prod\nkeys: {1: x}\n` }),
    "config/environments/prod.yaml:2:7: `keys.1` must be a mapping of fields, got: x. Write its fields on indented lines below.",
    "config/environments/prod.yaml:2:7: `keys.1` must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: 1. Write a name such as chat-backend.",
    "config/environments/prod.yaml:2:8: `keys` must have names that are text, got: 1. Put the name in quotes.",
  ],
  [
    "a key string where a team belongs",
    env("owner: search", "owner: AIzaSyA1234567890abcdefghijklmnopqrstuvw"),
    "config/environments/prod.yaml:6:12: `keys.web.owner` must not hold an API key, got: [redacted]. Remove it, and revoke the key: it was written where many may read it.",
    "config/environments/prod.yaml:6:12: `keys.web.owner` must be a team from `teams` in organization.yaml, got: [redacted]. Add it to `teams`, or write one of: search.",
  ],
  [
    "a key string in free text",
    env("Answers questions", "Answers with AIzaSyA1234567890abcdefghijklmnopqrstuvw"),
    "config/environments/prod.yaml:7:14: `keys.web.purpose` must not hold an API key, got: Answers with [redacted]. Remove it, and revoke the key: it was written where many may read it.",
  ],
  [
    "a key string as a name",
    env("  web:", "  AQ.Ab8RFAKE0123456789FAKE0123456789:"),
    "config/environments/prod.yaml:5:3: `keys.[redacted]` must not hold an API key, got: [redacted]. Remove it, and revoke the key: it was written where many may read it.",
    "config/environments/prod.yaml:5:3: `keys.[redacted]` must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: [redacted]. Write a name such as chat-backend.",
  ],
  [
    "bootstrap without what it is made of",
    files({
      "organization.yaml": `${ORGANIZATION.replace(/(?:adminProject|billingAccount).*\n/g, "")}bootstrap: {}\n`,
      "environments/prod.yaml": ENVIRONMENT.replace("budget:\n  monthly: 2000 USD\n", ""),
    }),
    "config/organization.yaml:12:1: `bootstrap` must have `adminProject` beside it, got: none. Add the id of the admin project to make.",
    "config/organization.yaml:12:1: `bootstrap` must have `region` beside it, got: none. Add the region of the state bucket, such as europe-west1.",
    "config/organization.yaml:12:1: `bootstrap` must have `billingAccount` beside it, got: none. Cloud Storage takes billing: add the account that pays for the state.",
  ],
  [
    "a state to encrypt that is in HCP Terraform",
    files({
      "organization.yaml": `${ORGANIZATION.replace("gcs: { bucket: acme-gemini-state }", "hcpTerraform: { organization: acme }")}bootstrap: { encryptState: {} }\n`,
    }),
    "config/organization.yaml:14:14: `bootstrap.encryptState` must have a state bucket to encrypt, got: none in `state`. Remove it: HCP Terraform encrypts its state.",
  ],
  [
    "a state bucket whose name leaves no room for that of its logs",
    bootstrap("", "acme-gemini-state", "a".repeat(59)),
    `config/organization.yaml:6:18: \`state.gcs.bucket\` must leave room for the bucket of its access logs, <name>-logs: at most 58 characters, got: ${"a".repeat(59)}. Shorten the name by 1.`,
  ],
  [
    "periods of bootstrap out of range, and an adoption that is none",
    files({
      "organization.yaml": `${ORGANIZATION}region: europe-west1\nbootstrap: { keepStateVersions: 6d, encryptState: { rotateEvery: 0d }, adopt: false }\n`,
    }),
    "config/organization.yaml:15:33: `bootstrap.keepStateVersions` must be between 7d and 3650d, got: 6d. Raise it to 7d or more.",
    "config/organization.yaml:15:66: `bootstrap.encryptState.rotateEvery` must be between 1d and 3650d, got: 0d. Raise it to 1d or more.",
    "config/organization.yaml:15:79: `bootstrap.adopt` must be `true`, got: false. Write `true`.",
  ],
  [
    "an environment that has the name of the stack bootstrap",
    { ...bootstrap(), "environments/bootstrap.yaml": ENVIRONMENT.replace("acme-gemini-prod", "acme-gemini-other") },
    "config/environments/bootstrap.yaml:1:1: `file` must not be named bootstrap, which is the stack of the admin project, got: bootstrap.yaml. Rename the file.",
  ],
  [
    "a CI without a system",
    bootstrap("ci: {}\n"),
    "config/organization.yaml:16:1: `ci` must name a system, got: none. Write `github`, `oidc` or both.",
  ],
  [
    "a CI whose list of systems is empty",
    bootstrap("ci: { oidc: {} }\n"),
    "config/organization.yaml:16:1: `ci` must name a system, got: none. Write `github`, `oidc` or both.",
  ],
  [
    "patterns for GitHub, and a repository's name for its number",
    bootstrap(
      'ci: { github: { repository: acme/keys, branch: "release/*", environment: "prod*", repositoryId: acme } }\n',
    ),
    "config/organization.yaml:16:48: `ci.github.branch` must be one branch, not a pattern, got: release/*. Whoever can push a matching branch could deploy: write the protected branch, such as main.",
    "config/organization.yaml:16:74: `ci.github.environment` must be the name of one deployment environment, 1 to 200 letters, digits, spaces or . _ / -, got: prod*. Write it as GitHub shows it, such as production.",
    "config/organization.yaml:16:97: `ci.github.repositoryId` must be the number of a GitHub repository, got: acme. Write what `gh api repos/<owner>/<name> --jq .id` shows, in quotes.",
  ],
  [
    "a ref for a branch of GitHub",
    bootstrap("ci: { github: { repository: acme/keys, branch: refs/heads/main } }\n"),
    "config/organization.yaml:16:48: `ci.github.branch` must be the name of a branch, got: refs/heads/main. Write main.",
  ],
  [
    "GitHub among the other systems",
    bootstrap(
      "ci:\n  oidc:\n    github:\n      issuer: https://ci.example.com\n      planner: { sub: a }\n      deployer: { sub: b }\n",
    ),
    "config/organization.yaml:18:5: `ci.oidc.github` must not be `github`, got: github. Declare GitHub Actions as `ci.github`.",
  ],
  [
    "a system whose name cannot be part of a provider's",
    bootstrap(
      "ci:\n  oidc:\n    Git Lab:\n      issuer: https://ci.example.com\n      planner: { sub: a }\n      deployer: { sub: b }\n",
    ),
    "config/organization.yaml:18:5: `ci.oidc.Git Lab` must be 1 to 20 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Git Lab. Write a name such as tokyo-office.",
  ],
  [
    "an issuer without encryption",
    gitlab("{ sub: a }", "{ sub: b }", "http://gitlab.com"),
    "config/organization.yaml:19:15: `ci.oidc.gitlab.issuer` must be the https address of an OIDC issuer, got: http://gitlab.com. Google takes https only.",
  ],
  [
    "claims that name neither repository nor branch",
    gitlab("{ pipeline_source: merge_request_event }", "{ project_path: acme/keys, pipeline_source: push }"),
    "config/organization.yaml:20:7: `ci.oidc.gitlab.planner` must name the repository by one of `sub`, `repository`, `repository_id`, `project_path`, `project_id`, got: pipeline_source. Without it every repository of the issuer would pass.",
    "config/organization.yaml:21:7: `ci.oidc.gitlab.deployer` must name the branch by `ref` or `sub`, got: project_path, pipeline_source. Without it every branch could deploy.",
  ],
  [
    "no claims",
    gitlab("{}", "{ sub: b }"),
    "config/organization.yaml:20:7: `ci.oidc.gitlab.planner` must name the repository by one of `sub`, `repository`, `repository_id`, `project_path`, `project_id`, got: none. Without it every repository of the issuer would pass.",
  ],
  [
    "claims by which one token could plan and deploy",
    gitlab("{ project_path: acme/keys }", "{ project_path: acme/keys, ref: main }"),
    "config/organization.yaml:21:7: `ci.oidc.gitlab.deployer` must differ from `planner` in the value of one claim, got: none that differs. A token of a pull request could deploy: name the event in both, such as `pipeline_source` of GitLab.",
  ],
  [
    "claims that are patterns, no names, or the end of a condition",
    gitlab("{ project_path: acme/*, a-b: x }", "{ project_path: acme/keys, ref: 'main\" || true' }"),
    "config/organization.yaml:20:32: `ci.oidc.gitlab.planner.project_path` must be one value, not a pattern, got: acme/*. Claims are compared as they are: write the one value that may pass.",
    "config/organization.yaml:20:40: `ci.oidc.gitlab.planner.a-b` must be the name of a claim: letters, digits and underscores, got: a-b. Write one such as project_path.",
    "config/organization.yaml:21:49: `ci.oidc.gitlab.deployer.ref` must be 1 to 200 letters, digits, spaces or _ . : / @ + = ~ -, got: main\" || true. Write the claim's exact value.",
  ],
  [
    "a subject that is too long for Google, by one",
    gitlab(`{ sub: ${"a".repeat(128)} }`, `{ sub: ${"b".repeat(127)} }`),
    "config/organization.yaml:20:23: `ci.oidc.gitlab.planner.sub` must have at most 127 characters, got: 128 characters. Google refuses a token with a longer one: shorten the names it is made of.",
  ],
  [
    "YAML tag",
    env("owner: search", "owner: !!js/function x"),
    "config/environments/prod.yaml:6:12: `file` must hold plain values, got: a YAML tag. Remove the word that starts with `!`.",
    "config/environments/prod.yaml:6:26: `keys.web.owner` must be a team from `teams` in organization.yaml, got: x. Add it to `teams`, or write one of: search.",
  ],
];

const CASES = REFUSED.map(([title, content, ...expected]): [string, Files, string[]] => [title, content, expected]);

test.each(CASES)("refused: %s", (_title, content, expected) => {
  expect(expected.length).toBeGreaterThan(0);
  expect(problems(content)).toEqual(expected);
});

test("the valid configuration these cases change is accepted", () => {
  expect(problems(files())).toEqual([]);
});

test("a date is in the future only where it is so everywhere on earth", () => {
  expect(problems(env("2026-11-01", "2026-11-25"))).toEqual([]);
});

test("documentation addresses are accepted where the organization says so", () => {
  const allowed = { ...org("teams:", "allowDocumentationAddresses: true\nteams:") };
  expect(
    problems({ ...allowed, "environments/prod.yaml": env("1.1.1.1", "203.0.113.5")["environments/prod.yaml"]! }),
  ).toEqual([]);
});

test("an environment that is a symbolic link is refused", () => {
  const link = () => {
    fs.writeFileSync("elsewhere.yaml", ENVIRONMENT.replace("acme-gemini-prod", "acme-gemini-dev"));
    fs.symlinkSync(path.resolve("elsewhere.yaml"), "config/environments/dev.yaml");
  };
  expect(problems(files(), link)).toEqual([
    "config/environments/dev.yaml:1:1: `file` must be a file inside the configuration folder, got: a symbolic link. Copy the content: a link can show a reviewer something else than what is deployed.",
  ]);
});

test("an environments folder that leads outside is refused", () => {
  const link = () => {
    fs.renameSync("config/environments", "elsewhere");
    fs.symlinkSync(path.resolve("elsewhere"), "config/environments");
  };
  expect(problems(files(), link)).toEqual([
    "config/environments/prod.yaml:1:1: `file` must be a file inside the configuration folder, got: a symbolic link. Copy the content: a link can show a reviewer something else than what is deployed.",
  ]);
});

test("a folder named like an environment is refused", () => {
  expect(problems(files(), () => fs.mkdirSync("config/environments/dev.yaml"))).toEqual([
    "config/environments/dev.yaml:1:1: `file` must be a file, got: something else. Rename or remove it.",
  ]);
});
