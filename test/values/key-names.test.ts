import fc from "fast-check";
import {
  checkKeyId,
  checkKeyName,
  checkSecretId,
  checkServiceAccountId,
  KEY_NAME,
  keyIdOf,
  MAX_GENERATION,
  secretIdOf,
  serviceAccountEmail,
  serviceAccountIdOf,
} from "../../values/google-ids";
import { describeProblem, type Problem } from "../../values/problem";

/** The message without the name of the field. */
function messageOf(refusal: Problem | undefined): string | undefined {
  return refusal && describeProblem("x", refusal).slice("`x` ".length);
}

describe("checkKeyName", () => {
  test.each(["abc", "chat-backend", "a--b", "a".repeat(27)])("accepts %j", (value) => {
    expect(checkKeyName(value)).toBeUndefined();
  });

  test.each([
    [
      "ab",
      "must give a service account id of at least 6 characters, but gk-<name> has 5, got: ab. Lengthen the name to at least 3 characters.",
    ],
    [
      "a".repeat(28),
      `must give a service account id of at most 30 characters, but gk-<name> has 31, got: ${"a".repeat(28)}. Shorten the name to at most 27 characters.`,
    ],
    [
      "a".repeat(31),
      `must give a service account id of at most 30 characters, but gk-<name> has 34, got: ${"a".repeat(31)}. Shorten the name to at most 27 characters.`,
    ],
    [
      "a".repeat(81),
      "must give a service account id of at most 30 characters, but gk-<name> has 84, got: 81 characters. Shorten the name to at most 27 characters.",
    ],
    [
      "",
      'must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: "". Write a name such as chat-backend.',
    ],
    [
      "Chat",
      "must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Chat. Write a name such as chat-backend.",
    ],
    [
      "-chat",
      "must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: -chat. Write a name such as chat-backend.",
    ],
    [
      "chat-",
      "must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: chat-. Write a name such as chat-backend.",
    ],
    [
      "1chat",
      "must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: 1chat. Write a name such as chat-backend.",
    ],
    [
      "chat_x",
      "must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: chat_x. Write a name such as chat-backend.",
    ],
    [
      "chat backend",
      "must be lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: chat backend. Write a name such as chat-backend.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkKeyName(value))).toBe(message);
  });
});

describe("names at Google", () => {
  test("of chat-backend", () => {
    expect(keyIdOf("chat-backend", 1)).toBe("chat-backend-g1");
    expect(serviceAccountIdOf("chat-backend")).toBe("gk-chat-backend");
    expect(secretIdOf("chat-backend")).toBe("gemini-chat-backend");
    expect(serviceAccountEmail("gk-chat-backend", "acme-prod")).toBe(
      "gk-chat-backend@acme-prod.iam.gserviceaccount.com",
    );
  });

  const anyName = fc.oneof(
    fc.stringMatching(/^[a-z][a-z0-9-]{0,40}$/),
    fc.stringMatching(/^[a-zA-Z0-9_-]{0,70}$/),
    fc.string(),
  );

  test("are valid for every name that is accepted, in every generation", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z][a-z0-9-]{1,28}[a-z0-9]$/),
        fc.integer({ min: 1, max: MAX_GENERATION }),
        (name, n) => {
          fc.pre(checkKeyName(name) === undefined);
          expect(checkKeyId(keyIdOf(name, n))).toBeUndefined();
          expect(checkServiceAccountId(serviceAccountIdOf(name))).toBeUndefined();
          expect(checkSecretId(secretIdOf(name))).toBeUndefined();
        },
      ),
    );
  });

  test("are the reason for every name that is refused", () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const valid =
          checkKeyId(keyIdOf(name, MAX_GENERATION)) === undefined &&
          checkServiceAccountId(serviceAccountIdOf(name)) === undefined &&
          checkSecretId(secretIdOf(name)) === undefined;
        // A name with a hyphen last would do for the key and the secret, but not for the service account.
        expect(checkKeyName(name) === undefined).toBe(valid);
      }),
      { numRuns: 500 },
    );
  });

  test("never meet for two names or two generations", () => {
    const name = fc.stringMatching(KEY_NAME);
    const generation = fc.integer({ min: 1, max: MAX_GENERATION });
    fc.assert(
      fc.property(name, name, generation, generation, (a, b, m, n) => {
        fc.pre(a !== b);
        expect(serviceAccountIdOf(a)).not.toBe(serviceAccountIdOf(b));
        expect(secretIdOf(a)).not.toBe(secretIdOf(b));
        expect(keyIdOf(a, m) === keyIdOf(a, n)).toBe(m === n);
        expect(keyIdOf(a, m)).not.toBe(keyIdOf(b, n));
      }),
    );
  });
});
