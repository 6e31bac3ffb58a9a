import * as fs from "node:fs";
import type { EnvironmentInventory, GenerationEntry, Inventory, KeyEntry } from "../../inventory/model";
import { renderJson } from "../../inventory/render-json";
import { renderMarkdown } from "../../inventory/render-markdown";
import { renderTable } from "../../inventory/render-table";
import { SAMPLE_FILE, sampleInventory } from "../helpers/sample";

const TODAY = "2026-11-24";

function generation(number: number, phase: GenerationEntry["phase"], created: string): GenerationEntry {
  return {
    number,
    keyId: `web-g${number}`,
    displayName: `web g${number}`,
    phase,
    created,
    addresses: ["8.8.4.0/24", "8.8.8.8"],
    apiTargets: [{ service: "generativelanguage.googleapis.com", methods: [] }],
    terraformAddress: `google_apikeys_key.key-web_g${number}`,
  };
}

const WEB: KeyEntry = {
  name: "web",
  owner: "search",
  purpose: "Answers questions",
  serviceAccount: { accountId: "gk-web", email: "gk-web@p.iam.gserviceaccount.com", displayName: "", description: "" },
  secret: { id: "gemini-web", labels: {}, annotations: { "rotate-by": "2026-11-23" } },
  readers: ["group:a@example.com", "user:b@example.com"],
  rotateEveryDays: 90,
  generations: [
    generation(1, "draining", "2026-05-01"),
    generation(2, "serving", "2026-08-25"),
    generation(3, "prepared", "2026-11-24"),
  ],
};

const PROD: EnvironmentInventory = {
  name: "prod",
  project: { id: "acme-prod", name: "acme-prod", labels: {}, adopted: true, protected: true },
  services: [],
  keys: [{ ...WEB, secret: { ...WEB.secret, annotations: {} }, readers: [], generations: [WEB.generations[1]!] }, WEB],
  budget: { displayName: "", amount: 2000, currency: "USD", services: [], thresholds: [], emails: [] },
};

const EMPTY: EnvironmentInventory = {
  name: "test",
  project: { id: "acme-test", name: "acme-test", labels: {}, adopted: false, protected: false },
  services: [],
  keys: [],
};

const INVENTORY: Inventory = { environments: [PROD, EMPTY] };

/** One key of one generation, with something changed. */
function withKey(key: Partial<KeyEntry>, ofGeneration: Partial<GenerationEntry> = {}): Inventory {
  const generations = [{ ...WEB.generations[1]!, ...ofGeneration }];
  return { environments: [{ ...PROD, keys: [{ ...WEB, generations, ...key }] }] };
}

const WIDE = `prod: project acme-prod · adopted · protected · budget 2000 USD a month
┌────────┬──────────┬────────┬──────────────────┬─────────────────────┬───────┬──────────────────────┐
│ Key    │ Phase    │ Owner  │ May be used from │ Secret readers      │ Age   │ Rotate by            │
├────────┼──────────┼────────┼──────────────────┼─────────────────────┼───────┼──────────────────────┤
│ web-g2 │ serving  │ search │ 8.8.4.0/24       │ nobody              │ 91 d  │ not set              │
│        │          │        │ 8.8.8.8          │                     │       │                      │
├────────┼──────────┼────────┼──────────────────┼─────────────────────┼───────┼──────────────────────┤
│ web-g1 │ draining │ search │ 8.8.4.0/24       │ group:a@example.com │ 207 d │                      │
│        │          │        │ 8.8.8.8          │ user:b@example.com  │       │                      │
├────────┼──────────┼────────┼──────────────────┼─────────────────────┼───────┼──────────────────────┤
│ web-g2 │ serving  │ search │ 8.8.4.0/24       │ group:a@example.com │ 91 d  │ 2026-11-23 (overdue) │
│        │          │        │ 8.8.8.8          │ user:b@example.com  │       │                      │
├────────┼──────────┼────────┼──────────────────┼─────────────────────┼───────┼──────────────────────┤
│ web-g3 │ prepared │ search │ 8.8.4.0/24       │ nobody              │ 0 d   │                      │
│        │          │        │ 8.8.8.8          │                     │       │                      │
└────────┴──────────┴────────┴──────────────────┴─────────────────────┴───────┴──────────────────────┘

test: project acme-test · no budget
no keys
`;

const NARROW = `prod: project acme-prod · adopted · protected · budget 2000 USD a month

web-g2
  Phase: serving
  Owner: search
  May be used from: 8.8.4.0/24, 8.8.8.8
  Secret readers: nobody
  Age: 91 d
  Rotate by: not set

web-g1
  Phase: draining
  Owner: search
  May be used from: 8.8.4.0/24, 8.8.8.8
  Secret readers: group:a@example.com, user:b@example.com
  Age: 207 d

web-g2
  Phase: serving
  Owner: search
  May be used from: 8.8.4.0/24, 8.8.8.8
  Secret readers: group:a@example.com, user:b@example.com
  Age: 91 d
  Rotate by: 2026-11-23 (overdue)

web-g3
  Phase: prepared
  Owner: search
  May be used from: 8.8.4.0/24, 8.8.8.8
  Secret readers: nobody
  Age: 0 d

test: project acme-test · no budget
no keys
`;

/** The width of the table above. */
const WIDTH = 102;

describe("the table", () => {
  test.each([Number.POSITIVE_INFINITY, WIDTH])("in a terminal of %d columns", (width) => {
    expect(renderTable(INVENTORY, TODAY, width)).toBe(WIDE);
  });

  test.each([WIDTH - 1, 20])("is a list in a terminal of %d columns", (width) => {
    expect(renderTable(INVENTORY, TODAY, width)).toBe(NARROW);
  });

  test("is not coloured by cli-table3: it may go to a file", () => {
    expect(renderTable(INVENTORY, TODAY, WIDTH)).not.toContain("\u001b");
  });

  test("of nothing is nothing", () => {
    expect(renderTable({ environments: [] }, TODAY, WIDTH)).toBe("");
  });
});

describe("a row", () => {
  /** The fields of the only row, by title. */
  function fields(inventory: Inventory): Record<string, string> {
    const lines = renderTable(inventory, TODAY, 0)
      .split("\n")
      .filter((line) => line.startsWith("  "));
    return Object.fromEntries(lines.map((line) => line.trim().split(": ") as [string, string]));
  }

  test.each([
    ["2026-11-23", "2026-11-23 (overdue)"],
    ["2026-11-24", "2026-11-24"],
    ["2026-11-25", "2026-11-25"],
  ])("of a key to be rotated by %s", (date, expected) => {
    const secret = { ...WEB.secret, annotations: { "rotate-by": date } };
    expect(fields(withKey({ secret }))["Rotate by"]).toBe(expected);
  });

  test("of a key without addresses", () => {
    expect(fields(withKey({}, { addresses: [] }))["May be used from"]).toBe("anywhere");
  });

  test("of a prepared key: nobody is given it, whoever may read the secret", () => {
    const { "Secret readers": readers, "Rotate by": rotateBy } = fields(withKey({}, { phase: "prepared" }));
    expect({ readers, rotateBy }).toEqual({ readers: "nobody", rotateBy: undefined });
  });
});

describe("the Markdown page", () => {
  test("has a heading and a table per environment", () => {
    expect(renderMarkdown(INVENTORY, TODAY)).toBe(`## prod

project acme-prod · adopted · protected · budget 2000 USD a month

| Key | Phase | Owner | May be used from | Secret readers | Age | Rotate by |
| --- | --- | --- | --- | --- | --- | --- |
| \`web-g2\` | serving | search | \`8.8.4.0/24\`<br>\`8.8.8.8\` | nobody | 91 d | not set |
| \`web-g1\` | draining | search | \`8.8.4.0/24\`<br>\`8.8.8.8\` | \`group:a@example.com\`<br>\`user:b@example.com\` | 207 d |  |
| \`web-g2\` | serving | search | \`8.8.4.0/24\`<br>\`8.8.8.8\` | \`group:a@example.com\`<br>\`user:b@example.com\` | 91 d | \`2026-11-23\` (overdue) |
| \`web-g3\` | prepared | search | \`8.8.4.0/24\`<br>\`8.8.8.8\` | nobody | 0 d |  |

## test

project acme-test · no budget

no keys
`);
  });

  test("shows as text what Markdown would read as something else", () => {
    const readers = ["serviceAccount:a.svc.id.goog[ns/app]", "principal://iam.googleapis.com/a_b*c|d<e>`f\\g"];
    const row = renderMarkdown(withKey({ readers }), TODAY).split("\n").at(-2);
    expect(row).toBe(
      "| `web-g2` | serving | search | `8.8.4.0/24`<br>`8.8.8.8` | `serviceAccount:a.svc.id.goog[ns/app]`<br>`principal://iam.googleapis.com/a_b*c`&#124;`d<e>`&#96;`f\\g` | 91 d | `2026-11-23` (overdue) |",
    );
  });
});

describe("JSON", () => {
  test("says its format first, and ends with a line break", () => {
    expect(renderJson({ environments: [EMPTY] })).toBe(`{
  "format": "gemkeys.inventory/1",
  "environments": [
    {
      "name": "test",
      "project": {
        "id": "acme-test",
        "name": "acme-test",
        "labels": {},
        "adopted": false,
        "protected": false
      },
      "services": [],
      "keys": []
    }
  ]
}
`);
  });

  test("of the sample", () => {
    expect(renderJson(sampleInventory())).toBe(fs.readFileSync(SAMPLE_FILE, "utf8"));
  });
});
