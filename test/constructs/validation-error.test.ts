import { Fn, TerraformVariable, Token } from "cdktf";
import { Construct } from "constructs";
import { PropsCheck, ValidationError } from "../../constructs/validation-error";
import { messageOf, testStack } from "../helpers/synth-template";

const refuse = () => ({ rule: "must not be", got: "it", fix: "Leave it out." });

function scope(): Construct {
  return new Construct(new Construct(testStack(), "outer"), "inner");
}

/** The lines of the error with what `add` found. */
function linesOf(add: (check: PropsCheck) => void): string[] {
  const check = new PropsCheck(scope());
  add(check);
  return messageOf(() => check.throwIfAny()).split("\n");
}

describe("ValidationError", () => {
  test("carries the path of the construct, in the message and as data", () => {
    const error = new ValidationError(scope(), ["`a` is wrong.", "`b` is wrong."]);
    expect(error.message).toBe("[test/outer/inner] `a` is wrong.\n[test/outer/inner] `b` is wrong.");
    expect(error.constructPath).toBe("test/outer/inner");
    expect(error.name).toBe("ValidationError");
    expect(error).toBeInstanceOf(Error);
  });

  test("shows no key, wherever it was written", () => {
    const secret = `AIza${"x".repeat(35)}`;
    const lines = linesOf((check) => check.map("labels", { [secret]: "x" }, () => undefined, refuse));
    expect(lines).toEqual(["[test/outer/inner] `labels.[redacted]` must not be, got: it. Leave it out."]);
  });

  test("is known by a mark, so that one from a second copy of the module is known too", () => {
    let copy: typeof ValidationError | undefined;
    jest.isolateModules(() => {
      copy = require("../../constructs/validation-error").ValidationError;
    });
    const error = new copy!(scope(), ["x"]);
    expect(error instanceof ValidationError).toBe(false);
    expect(ValidationError.is(error)).toBe(true);
  });

  test("shows the mark to nobody", () => {
    expect(Object.keys(new ValidationError(scope(), ["x"])).sort()).toEqual(["constructPath", "name"]);
  });

  test.each([undefined, null, "x", 1, {}, new Error("x")])("%p is none", (value) => {
    expect(ValidationError.is(value)).toBe(false);
  });
});

describe("PropsCheck", () => {
  test("throws nothing where nothing was found", () => {
    const check = new PropsCheck(scope());
    check.value("a", "x", () => undefined);
    check.value("b", undefined, refuse);
    check.map("c", undefined, refuse, refuse);
    check.map("d", {}, refuse, refuse);
    check.map("e", { a: "b" }, () => undefined);
    check.knownList("f", undefined, refuse);
    check.knownList("g", [], refuse);
    check.problem("h", undefined);
    expect(() => check.throwIfAny()).not.toThrow();
  });

  test("reports everything in one error, in the order it was found", () => {
    expect(
      linesOf((check) => {
        check.value("empty", "", refuse);
        check.value("zero", 0, refuse);
        check.map("labels", { a: "x" }, refuse, refuse);
        check.knownList("list", ["x", "y"], refuse);
        check.problem("last", refuse());
      }),
    ).toEqual(
      ["empty", "zero", "labels", "labels.a", "list[0]", "list[1]", "last"].map(
        (field) => `[test/outer/inner] \`${field}\` must not be, got: it. Leave it out.`,
      ),
    );
  });

  test("does not ask the rule about a value that only Terraform knows", () => {
    const late = new TerraformVariable(testStack(), "late", {});
    const check = new PropsCheck(scope());
    const rule = jest.fn(refuse);
    check.value("text", late.stringValue, rule);
    check.value("part", `folders/${late.stringValue}`, rule);
    check.value("number", late.numberValue, rule);
    check.value("list", late.listValue, rule);
    check.value("function", Fn.upper(late.stringValue), rule);
    check.map("map", Token.asStringMap(late.value), rule, rule);
    check.map("merged", Fn.merge([late.value]), rule, rule);
    expect(rule).not.toHaveBeenCalled();
    expect(() => check.throwIfAny()).not.toThrow();
  });

  test("refuses such a value where it has to be known", () => {
    const late = new TerraformVariable(testStack(), "late", {});
    const tail =
      "must be known at synthesis, got: a token. The plan's resources and blocks depend on it: write the value itself.";
    expect(
      linesOf((check) => {
        check.knownList("texts", late.listValue, () => undefined);
        check.knownList("numbers", Token.asNumberList(late.value), () => undefined);
        check.knownList("mixed", ["x", `user:${late.stringValue}`], () => undefined);
      }),
    ).toEqual(["texts", "numbers", "mixed[1]"].map((field) => `[test/outer/inner] \`${field}\` ${tail}`));
  });
});
