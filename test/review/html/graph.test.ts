import { UNKNOWN } from "../../../inventory/facts";
import { pageData } from "../../../review/html/page-data";
import type { KeyData } from "../../../review/html/page-model";
import { toHtml } from "../../../review/html/to-html";
import { environmentGraph, type Graph, keyGraph, MOST_KEYS } from "../../../review/html/view/graph";
import { graphSvg } from "../../../review/html/view/graph-svg";
import type { KeyView } from "../../../review/model";
import { environment, environmentReview, generation, key, reader, review } from "./sample-review";

/** Every box as `title: line | line`, with a sign before what is new (+), gone (-), or wide open (!). */
function boxesOf({ layers }: Graph): string[] {
  const signs = { same: "", added: "+", removed: "-" };
  return layers.flatMap(({ title, boxes }) =>
    boxes.map(({ state, open, lines }) => {
      const texts = lines.map((line) => `${line.small ? "" : signs[line.state]}${line.text}`).join(" | ");
      return `${title}: ${open ? "!" : ""}${signs[state]}[${texts}]`;
    }),
  );
}

function edgesOf({ edges }: Graph): string[] {
  return edges.map(
    ({ from, to, state, main }) => `${from} ${main ? "=" : "-"}> ${to}${state === "same" ? "" : ` ${state}`}`,
  );
}

const account = "serviceAccount:web@acme-apps.iam.gserviceaccount.com";

describe("the drawing of a key", () => {
  test("goes from readers by the secret and the generations to addresses and APIs", () => {
    const after = key("web", {
      generations: [generation("web", 1), generation("web", 2, { phase: "prepared", addresses: ["192.0.2.1/32"] })],
    });
    expect(boxesOf(keyGraph({ after }))).toEqual([
      "Who can read it: [web@acme-apps | service account | secretAccessor on the secret]",
      "Secret: [gemini-web]",
      "Key: [generation 1 | serving | of 2026-11-01 | as gemini-web@acme-gemini-prod]",
      "Key: [generation 2 | prepared | of 2026-11-01 | as gemini-web@acme-gemini-prod]",
      "Works from: [198.51.100.7/32 | 198.51.100.8/32]",
      "Works from: [192.0.2.1/32]",
      "Works for: [generativelanguage.googleapis.com]",
    ]);
    expect(edgesOf(keyGraph({ after }))).toEqual([
      `reader ${account} roles/secretmanager.secretAccessor secret false => secret`,
      "secret => generation google_apikeys_key.web-g1",
      "generation google_apikeys_key.web-g1 => addresses 0",
      "addresses 0 => apis 0",
      "secret -> generation google_apikeys_key.web-g2",
      "generation google_apikeys_key.web-g2 -> addresses 1",
      "addresses 1 -> apis 0",
    ]);
  });

  test("marks what came and what went, in one drawing", () => {
    const before = key("web", { generations: [generation("web", 1), generation("web", 2, { phase: "prepared" })] });
    const after = key("web", {
      generations: [generation("web", 2, { addresses: ["192.0.2.1/32", "198.51.100.7/32"] })],
      readers: [reader("group:all@example.com")],
    });
    expect(boxesOf(keyGraph({ before, after }))).toEqual([
      "Who can read it: !+[+all@example.com | group: more than one | secretAccessor on the secret]",
      "Who can read it: -[-web@acme-apps | service account | secretAccessor on the secret]",
      "Secret: [gemini-web]",
      "Key: [generation 2 | prepared → serving | of 2026-11-01 | as gemini-web@acme-gemini-prod]",
      "Key: -[-generation 1 | serving | of 2026-11-01 | as gemini-web@acme-gemini-prod]",
      "Works from: [+192.0.2.1/32 | 198.51.100.7/32 | -198.51.100.8/32]",
      "Works from: -[198.51.100.7/32 | 198.51.100.8/32]",
      "Works for: [generativelanguage.googleapis.com]",
    ]);
  });

  test("shades what is wide open, and says what is not known", () => {
    const { addresses: _, apiTargets: __, serviceAccount: ___, ...rest } = generation("web", 1);
    const after: KeyView = {
      name: "google_apikeys_key.web",
      declared: false,
      generations: [
        rest,
        {
          address: "b",
          keyId: UNKNOWN,
          addresses: UNKNOWN,
          apiTargets: [UNKNOWN],
          serviceAccount: UNKNOWN,
          clientRestrictions: [],
        },
      ],
      secret: UNKNOWN,
      readers: [
        reader("allUsers", { many: true }),
        reader("user:a@example.com", { role: "roles/owner", via: "organization", conditional: true }),
        { ...reader("x"), member: UNKNOWN, role: UNKNOWN },
      ],
    };
    expect(boxesOf(keyGraph({ after }))).toEqual([
      "Who can read it: ![allUsers | everybody in the world: more than one | secretAccessor on the secret]",
      "Who can read it: ![a@example.com | person | owner on the organization | under a condition]",
      "Who can read it: [unknown until apply | somebody | unknown until apply on the secret]",
      "Secret: [unknown until apply]",
      "Key: [generation 1 | serving | of 2026-11-01 | no service account]",
      "Key: [key unknown until apply | unknown until apply]",
      "Works from: ![from anywhere]",
      "Works from: [unknown until apply]",
      "Works for: ![any API that is enabled]",
      "Works for: [unknown until apply]",
    ]);
  });

  test("has at most 14 readers and 8 addresses, with a count of the others", () => {
    const after = key("web", {
      readers: Array.from({ length: 1000 }, (_, number) => reader(`user:u${number}@example.com`)),
      generations: [
        generation("web", 1, { addresses: Array.from({ length: 2000 }, (_, number) => `address ${number}`) }),
      ],
    });
    const boxes = boxesOf(keyGraph({ after }));
    expect(boxes.filter((box) => box.startsWith("Who"))).toHaveLength(15);
    expect(boxes[14]).toBe("Who can read it: [and 986 more]");
    expect(boxes[17]).toMatch(/^Works from: \[address 0 \| .* \| address 7 \| and 1,992 more\]$/);
  });

  test("of a key that nobody reads says so", () => {
    const { secret: _, ...rest } = key("web", { readers: [], generations: [] });
    expect(boxesOf(keyGraph({ after: rest }))).toEqual([
      "Who can read it: [nobody besides those who deploy]",
      "Secret: [no secret known]",
    ]);
  });
});

test("the drawing of an environment has each reader, set of addresses and API once, and at most 40 keys", () => {
  const keys = Array.from({ length: MOST_KEYS + 2 }, (_, id): KeyData => {
    const after = key(`k${id}`, { readers: [reader(account)] });
    return { id, environment: "prod", name: after.name, status: id === 0 ? "created" : "unchanged", after };
  });
  const graph = environmentGraph(keys);
  expect(graph.layers.map(({ title, boxes }) => [title, boxes.length])).toEqual([
    ["Who can read it", 1],
    ["Key", MOST_KEYS + 1],
    ["Works from", 1],
    ["Works for", 1],
  ]);
  expect(boxesOf(graph)[1]).toBe("Key: +[+k0 | 1 serving]");
  expect(boxesOf(graph)[MOST_KEYS + 1]).toBe("Key: [and 2 more]");
});

test("what is too long for its box is cut in the middle, and whole in its title", () => {
  const name = `${"long-".repeat(20)}@example.com`;
  const html = toHtml(graphSvg(keyGraph({ after: key("web", { readers: [reader(`user:${name}`)] }) }), "label"));
  expect(html).toContain(`<title>${name}\nperson\nsecretAccessor on the secret</title>`);
  expect(html).toMatch(/>long-long-long-long-long…[a-z-]*@example\.com<\/text>/);
});

test("an address that is written otherwise on the other side, but works there too, is neither new nor gone", () => {
  const before = key("web", {
    generations: [generation("web", 1, { addresses: ["192.0.2.1", "192.0.2.8/29", "::1"] })],
  });
  const after = key("web", {
    generations: [generation("web", 1, { addresses: ["192.0.2.0/30", "192.0.2.9", "::1"] })],
  });
  const { keys } = pageData({
    kind: "review",
    review: review([
      environmentReview("dev", { before: environment("dev", [before]), after: environment("dev", [after]) }),
    ]),
  });
  expect(keys[0]!.kept).toEqual([{ generation: "google_apikeys_key.web-g1", addresses: ["192.0.2.1", "192.0.2.9"] }]);
  expect(boxesOf(keyGraph(keys[0]!))).toContain("Works from: [+192.0.2.0/30 | 192.0.2.9 | ::1 | -192.0.2.8/29]");
});
