import { pageData } from "../../../review/html/page-data";
import { compare } from "../../../review/html/view/compare";
import { environment, environmentReview, finding, generation, key, review, sampleReview } from "./sample-review";

function keysOf(...environments: Parameters<typeof review>[0]) {
  return pageData({ kind: "review", review: review(environments) }).keys;
}

describe("keys of a review", () => {
  test("are paired by name, worst first, then what has changed, then the others", () => {
    const { keys } = pageData({ kind: "review", review: sampleReview() });
    expect(keys.map(({ id, environment, name, status, risk }) => [id, environment, name, status, risk])).toEqual([
      [0, "prod", "chat-backend", "changed", "critical"],
      [1, "prod", "old-batch", "removed", "high"],
      [2, "prod", "summaries", "changed", "medium"],
      [3, "prod", "translations", "created", "info"],
      [4, "dev", "chat-backend", "unchanged", undefined],
      [5, "dev", "playground", "unchanged", undefined],
    ]);
  });

  test("that are the same on both sides are held once", () => {
    const same = environment("dev", [key("web")]);
    const [found] = keysOf(environmentReview("dev", { before: same, after: environment("dev", [key("web")]) }));
    expect(found).toEqual({
      id: 0,
      environment: "dev",
      name: "web",
      status: "unchanged",
      after: key("web"),
      rotateBy: "2027-01-30",
    });
  });

  test("are changed too where only something around them is, as a named network or a finding", () => {
    const same = environment("dev", [key("web")]);
    const [found] = keysOf(
      environmentReview("dev", {
        before: same,
        after: same,
        findings: { new: [finding("dev", { key: "web", severity: "low" })], fixed: [], standing: [] },
      }),
    );
    expect([found!.status, found!.risk]).toEqual(["changed", "low"]);
  });

  test("of one environment have nothing to do with those of another by the same name", () => {
    const keys = keysOf(
      environmentReview("a", { after: environment("a", [key("web")]) }),
      environmentReview("b", { before: environment("b", [key("web")]) }),
    );
    expect(keys.map(({ environment, status }) => [environment, status])).toEqual([
      ["a", "created"],
      ["b", "removed"],
    ]);
  });

  test.each([
    ["no serving generation", key("web", { generations: [generation("web", 1, { phase: "prepared" })] })],
    ["a date that is none", key("web", { generations: [generation("web", 1, { created: "soon" })] })],
    ["no period", { ...key("web"), rotateEveryDays: undefined as never }],
  ])("with %s are due at no time", (_, view) => {
    expect(keysOf(environmentReview("dev", { after: environment("dev", [view]) }))[0]).not.toHaveProperty("rotateBy");
  });
});

describe("comparing", () => {
  const states = (before?: string[], after?: string[]) =>
    compare(before, after, (text) => text).map(({ state, item }) => `${state} ${item}`);

  test("gives what is there, then what is gone", () => {
    expect(states(["a", "b"], ["b", "c"])).toEqual(["same b", "added c", "removed a"]);
  });

  test("of one side alone finds nothing new and nothing gone", () => {
    expect(states(undefined, ["a"])).toEqual(["same a"]);
    expect(states(["a"], undefined)).toEqual(["same a"]);
    expect(states()).toEqual([]);
  });
});
