import { UNKNOWN } from "../../../inventory/facts";
import { generationNumberIsNew } from "../../../policies/rules/generation-number-is-new";
import { keyDrainsBriefly } from "../../../policies/rules/key-drains-briefly";
import { keyHasContact } from "../../../policies/rules/key-has-contact";
import { keyHasOwner } from "../../../policies/rules/key-has-owner";
import { keyHasPurpose } from "../../../policies/rules/key-has-purpose";
import { keyHasRotationPeriod } from "../../../policies/rules/key-has-rotation-period";
import { keyIsPreparedBriefly } from "../../../policies/rules/key-is-prepared-briefly";
import { keyIsRotatedInTime } from "../../../policies/rules/key-is-rotated-in-time";
import { oneGenerationServes } from "../../../policies/rules/one-generation-serves";
import { servingKeyStays } from "../../../policies/rules/serving-key-stays";
import { apiKey, change, check, declaredKey, emptyFacts, messages } from "../../helpers/facts";

describe("GEMKEY-META, whose a key is and what for", () => {
  test.each([
    [keyHasOwner, "owner", "owner"],
    [keyHasPurpose, "purpose", "purpose"],
    [keyHasContact, "contact", "owner"],
  ] as const)("%# a key has it", (rule, what, field) => {
    for (const missing of [undefined, "", " "]) {
      const lacking = { [what]: missing };
      const facts = emptyFacts({
        apiKeys: [declaredKey({ ...lacking, generation: 1 }), declaredKey({ ...lacking, generation: 2 }), apiKey()],
      });
      expect(check(rule, facts)).toEqual([
        { address: "google_apikeys_key.chat_g1", key: "chat", field, message: `chat has no ${what}.` },
      ]);
    }
    expect(messages(rule, emptyFacts({ apiKeys: [declaredKey()] }))).toEqual([]);
  });
});

// Today is 2026-11-25.
describe("GEMKEY-ROT-01, rotated in time", () => {
  test("a day late is late", () => {
    const facts = emptyFacts({ apiKeys: [declaredKey({ created: "2026-08-26", rotateEveryDays: 90 })] });
    expect(check(keyIsRotatedInTime, facts)).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "rotateEvery",
        value: "90 days",
        message: "chat was to be rotated by 2026-11-24: generation 1 is of 2026-08-26, 91 days ago.",
      },
    ]);
  });

  test("one day is a day", () => {
    const facts = emptyFacts({ apiKeys: [declaredKey({ created: "2026-11-24", rotateEveryDays: 0 })] });
    expect(messages(keyIsRotatedInTime, facts)).toEqual([
      "chat was to be rotated by 2026-11-24: generation 1 is of 2026-11-24, 1 day ago.",
    ]);
  });

  test.each([
    { created: "2026-08-27" },
    { created: "2020-01-01", phase: "draining" },
    { created: "2020-01-01", phase: "prepared" },
    { created: "2020-01-01", rotateEveryDays: undefined },
    { created: undefined },
    { created: "long ago" },
  ] as const)("%j is in time, or cannot be told", (declared) => {
    expect(messages(keyIsRotatedInTime, emptyFacts({ apiKeys: [declaredKey(declared)] }))).toEqual([]);
  });
});

describe("GEMKEY-ROT-02, drained soon", () => {
  const draining = (next: Parameters<typeof declaredKey>[0]) =>
    emptyFacts({
      apiKeys: [
        declaredKey({ generation: 2, ...next }),
        declaredKey({ generation: 1, phase: "draining", created: "2020-01-01" }),
      ],
    });

  test("more than 30 days after the day of its successor is told", () => {
    expect(check(keyDrainsBriefly, draining({ created: "2026-10-25" }))).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "generations",
        value: "1",
        message: "Generation 1 of chat still drains, 31 days after the day of generation 2.",
      },
    ]);
    expect(messages(keyDrainsBriefly, draining({ created: "2026-10-26" }))).toEqual([]);
  });

  test("one that serves is not told, whatever serves after it", () => {
    const apiKeys = [declaredKey({ generation: 1 }), declaredKey({ generation: 2, created: "2020-01-01" })];
    expect(messages(keyDrainsBriefly, emptyFacts({ apiKeys }))).toEqual([]);
  });

  test("where nothing serves after it, nothing can be told", () => {
    expect(messages(keyDrainsBriefly, draining({ created: "2020-01-01", phase: "prepared" }))).toEqual([]);
    expect(messages(keyDrainsBriefly, draining({ created: undefined }))).toEqual([]);
    expect(messages(keyDrainsBriefly, draining({ created: "2020-01-01", generation: 0 }))).toEqual([]);
  });

  test("each key is told by itself", () => {
    const old = { phase: "draining", generation: 1 } as const;
    const facts = emptyFacts({
      apiKeys: [
        declaredKey({ generation: 2, created: "2020-01-01" }),
        declaredKey({ ...old, name: "other" }),
        declaredKey({ ...old, environment: "dev" }),
      ],
    });
    expect(messages(keyDrainsBriefly, facts)).toEqual([]);
  });
});

describe("GEMKEY-ROT-03, published soon", () => {
  const prepared = (created: string | undefined, phase: "prepared" | "serving" = "prepared") =>
    emptyFacts({ apiKeys: [declaredKey({ generation: 4, phase, created })] });

  test("more than 30 days are told", () => {
    expect(check(keyIsPreparedBriefly, prepared("2026-10-25"))).toEqual([
      {
        address: "google_apikeys_key.chat_g4",
        key: "chat",
        field: "generations",
        value: "4",
        message: "Generation 4 of chat is prepared since 2026-10-25, 31 days ago.",
      },
    ]);
    expect(messages(keyIsPreparedBriefly, prepared("2026-10-26"))).toEqual([]);
  });

  test("others are not", () => {
    expect(messages(keyIsPreparedBriefly, prepared("2020-01-01", "serving"))).toEqual([]);
    expect(messages(keyIsPreparedBriefly, prepared(undefined))).toEqual([]);
  });
});

describe("GEMKEY-ROT-04, one serves", () => {
  test("several that serve are told at the newest", () => {
    const facts = emptyFacts({
      apiKeys: [
        declaredKey({ generation: 3 }),
        declaredKey({ generation: 1 }),
        declaredKey({ generation: 2 }),
        declaredKey({ generation: 4, phase: "prepared" }),
      ],
    });
    expect(check(oneGenerationServes, facts)).toEqual([
      {
        address: "google_apikeys_key.chat_g3",
        key: "chat",
        field: "generations",
        value: "1, 2, 3",
        message: "chat has 3 generations that serve: 1, 2, 3.",
      },
    ]);
  });

  test("one of each key, or of each environment, is fine", () => {
    const apiKeys = [declaredKey(), declaredKey({ name: "other" }), declaredKey({ environment: "dev" })];
    expect(messages(oneGenerationServes, emptyFacts({ apiKeys }))).toEqual([]);
  });
});

describe("GEMKEY-ROT-05, a rotation period", () => {
  const every = (rotateEveryDays: number | undefined) =>
    emptyFacts({ apiKeys: [declaredKey({ rotateEveryDays }), apiKey()] });

  test("none is told, and so is more than a year", () => {
    expect(check(keyHasRotationPeriod, every(undefined))).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "rotateEvery",
        message: "chat has no rotation period.",
      },
    ]);
    expect(check(keyHasRotationPeriod, every(366))).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "rotateEvery",
        value: "366d",
        message: "chat is rotated every 366 days, less than once a year.",
      },
    ]);
    expect(messages(keyHasRotationPeriod, every(365))).toEqual([]);
  });
});

describe("GEMKEY-ROT-06, a key that serves stays", () => {
  const serving = declaredKey();
  const standard = apiKey({ serviceAccount: undefined });

  test("a serving generation that is deleted or replaced is told", () => {
    const changes = [change({ before: serving }), change({ before: serving, actions: ["create", "delete"] })];
    expect(check(servingKeyStays, emptyFacts({ changes }))).toEqual([
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "generations",
        message: "chat is deleted: generation 1 still serves.",
      },
      {
        address: "google_apikeys_key.chat_g1",
        key: "chat",
        field: "generations",
        message: "chat is replaced by another key: generation 1 still serves.",
      },
    ]);
  });

  test.each(["draining", "prepared"] as const)("one that is %s may go", (phase) => {
    const before = declaredKey({ phase });
    const changes = [change({ before }), change({ before, actions: ["delete", "create"] })];
    expect(messages(servingKeyStays, emptyFacts({ changes }))).toEqual([]);
  });

  test("what stays, is not told of, or calls other APIs is not told", () => {
    const maps = apiKey({ apiTargets: [{ service: "maps.googleapis.com", methods: [] }] });
    const changes = [
      change({ before: serving, actions: ["update"] }),
      change({ after: serving, actions: ["create"] }),
      change({ type: "google_project" }),
      change({ before: maps }),
    ];
    expect(messages(servingKeyStays, emptyFacts({ changes }))).toEqual([]);
  });

  test("of others a replacement is told, at the address of the change", () => {
    const changes = [change({ address: "google_apikeys_key.a", before: apiKey(), actions: ["delete", "create"] })];
    expect(
      check(servingKeyStays, emptyFacts({ changes, apiKeys: [apiKey({ address: "google_apikeys_key.b" })] })),
    ).toEqual([
      {
        address: "google_apikeys_key.a",
        message: "google_apikeys_key.a is replaced by another key: its string changes at once.",
      },
    ]);
  });

  test.each([
    ["another of its account", apiKey(), [apiKey({ address: "google_apikeys_key.b" })], false],
    ["one of another account", apiKey(), [apiKey({ address: "b", serviceAccount: "other" })], true],
    ["nothing but itself", apiKey(), [apiKey({ address: "google_apikeys_key.chat_g1" })], true],
    ["nothing", apiKey(), [], true],
    [
      "a key for other APIs",
      apiKey(),
      [apiKey({ address: "b", apiTargets: [{ service: "maps", methods: [] }] })],
      true,
    ],
    ["another standard key of the project", standard, [{ ...standard, address: "b" }], false],
    ["a standard key of another project", standard, [{ ...standard, address: "b", project: "other" }], true],
    ["a key with an account", standard, [apiKey({ address: "b" })], true],
  ])("of others a deletion is told by what is left: %s", (_, before, apiKeys, told) => {
    const facts = emptyFacts({ changes: [change({ before })], apiKeys });
    expect(messages(servingKeyStays, facts)).toEqual(
      told ? ["google_apikeys_key.chat_g1 is deleted: no other key is left for its callers."] : [],
    );
  });
});

describe("GEMKEY-ROT-07, a new number", () => {
  const id = "google_apikeys_key.chat_g1";

  test("an id that is deleted and made again is told", () => {
    const replaced = change({ before: apiKey(), after: apiKey(), actions: ["delete", "create"] });
    expect(check(generationNumberIsNew, emptyFacts({ changes: [replaced] }))).toEqual([
      {
        address: id,
        field: "name",
        value: "web",
        message: "The plan deletes the key web and makes another of the same id.",
      },
    ]);
  });

  test("also at two addresses", () => {
    const changes = [
      change({ before: declaredKey() }),
      change({ address: "module.a.google_apikeys_key.new", after: declaredKey(), actions: ["create"] }),
    ];
    expect(check(generationNumberIsNew, emptyFacts({ changes }))).toEqual([
      {
        address: "module.a.google_apikeys_key.new",
        key: "chat",
        field: "generations",
        value: "chat-g1",
        message: "The plan deletes the key chat-g1 and makes another of the same id.",
      },
    ]);
  });

  test.each([
    ["in another project", apiKey({ project: "other" }), 0],
    ["of another id", apiKey({ keyId: "web-2" }), 0],
    ["of an unknown id", apiKey({ keyId: UNKNOWN }), 0],
    ["in a project that is not known", apiKey({ project: UNKNOWN }), 1],
  ])("a key %s", (_, after, count) => {
    const changes = [
      change(),
      change({ before: apiKey() }),
      change({ before: apiKey({ keyId: UNKNOWN }) }),
      change({ address: "b", after, actions: ["create"] }),
    ];
    expect(messages(generationNumberIsNew, emptyFacts({ changes }))).toHaveLength(count);
  });

  test("an id that is kept, or moved, is not told", () => {
    const kept = change({ before: apiKey(), after: apiKey(), actions: ["update"] });
    expect(messages(generationNumberIsNew, emptyFacts({ changes: [kept, change()] }))).toEqual([]);
    const beside = change({ address: "b", after: apiKey(), actions: ["create"] });
    expect(messages(generationNumberIsNew, emptyFacts({ changes: [kept, beside] }))).toEqual([]);
  });

  test("a number below one there was is told", () => {
    const changes = [
      change({ before: declaredKey({ generation: 3 }), after: declaredKey({ generation: 3 }), actions: ["no-op"] }),
      change({ before: declaredKey({ generation: 9, name: "other" }), actions: ["no-op"] }),
      change({ address: "google_apikeys_key.chat_g2", after: declaredKey({ generation: 2 }), actions: ["create"] }),
      change({ address: "google_apikeys_key.chat_g4", after: declaredKey({ generation: 4 }), actions: ["create"] }),
    ];
    expect(check(generationNumberIsNew, emptyFacts({ changes }))).toEqual([
      {
        address: "google_apikeys_key.chat_g2",
        key: "chat",
        field: "generations",
        value: "2",
        message: "chat gets a generation 2, but has had 3.",
      },
    ]);
  });

  test("a generation that stays, or is only changed, is not told", () => {
    const changes = [
      change({ before: declaredKey({ generation: 3 }), actions: ["no-op"] }),
      change({ address: "b", after: declaredKey({ generation: 2 }), actions: ["update"] }),
    ];
    expect(messages(generationNumberIsNew, emptyFacts({ changes }))).toEqual([]);
  });

  test("a first generation, and one that is replaced, are none of it", () => {
    const after = declaredKey({ generation: 1 });
    expect(messages(generationNumberIsNew, emptyFacts({ changes: [change({ after, actions: ["create"] })] }))).toEqual(
      [],
    );
    const moved = change({
      before: declaredKey({}, { project: "old" }),
      after: declaredKey({}, { project: "new", keyId: UNKNOWN }),
      actions: ["delete", "create"],
    });
    expect(messages(generationNumberIsNew, emptyFacts({ changes: [moved] }))).toEqual([]);
  });
});
