import fc from "fast-check";
import * as ids from "../../values/google-ids";
import {
  checkAnnotationKey,
  checkBillingAccount,
  checkBucketName,
  checkKeyId,
  checkLabelKey,
  checkLabelValue,
  checkName,
  checkParent,
  checkProjectId,
  checkProviderVersion,
  checkRegion,
  checkRepository,
  checkSecretId,
  checkServiceAccountId,
  checkStateBucketName,
  logBucketNameOf,
  namePattern,
} from "../../values/google-ids";
import { describeProblem, type Problem } from "../../values/problem";

/** The message without the name of the field. */
function messageOf(refusal: Problem | undefined): string | undefined {
  return refusal && describeProblem("x", refusal).slice("`x` ".length);
}

describe("checkProjectId", () => {
  test.each(["abcdef", "a".repeat(30), "acme-gemini-prod", "gen-lang-client-0123456789"])("accepts %j", (value) => {
    expect(checkProjectId(value)).toBeUndefined();
  });

  test.each([
    [
      "",
      'must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: "". Write an id such as acme-gemini-prod.',
    ],
    [
      "abcde",
      "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: abcde. Write an id such as acme-gemini-prod.",
    ],
    [
      "a".repeat(31),
      `must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: ${"a".repeat(31)}. Write an id such as acme-gemini-prod.`,
    ],
    [
      "Abcdef",
      "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: Abcdef. Write an id such as acme-gemini-prod.",
    ],
    [
      "1abcdef",
      "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: 1abcdef. Write an id such as acme-gemini-prod.",
    ],
    [
      "abcdef-",
      "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: abcdef-. Write an id such as acme-gemini-prod.",
    ],
    [
      "abc_def",
      "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: abc_def. Write an id such as acme-gemini-prod.",
    ],
    [
      "example.com:proj-1",
      "must be a project id without a domain, got: example.com:proj-1. Use a project whose id has no domain in front.",
    ],
    [
      "123456789012",
      "must be a project id, not a project number, got: 123456789012. Write the id, such as acme-gemini-prod.",
    ],
    [
      "my-google-proj",
      "must not contain google, got: my-google-proj. Google refuses this word in a project id: choose another id.",
    ],
    [
      "nullable-x",
      "must not contain null, got: nullable-x. Google refuses this word in a project id: choose another id.",
    ],
    [
      "undefined-1",
      "must not contain undefined, got: undefined-1. Google refuses this word in a project id: choose another id.",
    ],
    ["crossland", "must not contain ssl, got: crossland. Google refuses this word in a project id: choose another id."],
    [
      "a\n-bcdef",
      'must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: "a\\n-bcdef". Write an id such as acme-gemini-prod.',
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkProjectId(value))).toBe(message);
  });
});

describe("checkKeyId", () => {
  test.each(["a", "a".repeat(63), "chat-backend-g1", "ff0c9a3e-1b2d-4c3e-8f9a-0123456789ab-g1"])(
    "accepts %j",
    (value) => {
      expect(checkKeyId(value)).toBeUndefined();
    },
  );

  test.each([
    [
      "",
      'must be 1 to 63 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: "". Write a name such as chat-backend-g1.',
    ],
    [
      "a".repeat(64),
      `must be 1 to 63 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: ${"a".repeat(64)}. Write a name such as chat-backend-g1.`,
    ],
    [
      "a-",
      "must be 1 to 63 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: a-. Write a name such as chat-backend-g1.",
    ],
    [
      "-a",
      "must be 1 to 63 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: -a. Write a name such as chat-backend-g1.",
    ],
    [
      "A",
      "must be 1 to 63 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: A. Write a name such as chat-backend-g1.",
    ],
    [
      "1a",
      "must be 1 to 63 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: 1a. Write a name such as chat-backend-g1.",
    ],
    [
      "a.b",
      "must be 1 to 63 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: a.b. Write a name such as chat-backend-g1.",
    ],
    [
      "5f0c9a3e-1b2d-4c3e-8f9a-0123456789ab",
      "must not look like a UUID, got: 5f0c9a3e-1b2d-4c3e-8f9a-0123456789ab. Write a name such as chat-backend-g1.",
    ],
    [
      "ff0c9a3e-1b2d-4c3e-8f9a-0123456789ab",
      "must not look like a UUID, got: ff0c9a3e-1b2d-4c3e-8f9a-0123456789ab. Write a name such as chat-backend-g1.",
    ],
    [
      "FF0C9A3E-1B2D-4C3E-8F9A-0123456789AB",
      "must not look like a UUID, got: FF0C9A3E-1B2D-4C3E-8F9A-0123456789AB. Write a name such as chat-backend-g1.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkKeyId(value))).toBe(message);
  });
});

describe("checkSecretId", () => {
  test.each(["a", "A_-z9", "a".repeat(255)])("accepts %j", (value) => {
    expect(checkSecretId(value)).toBeUndefined();
  });

  test.each([
    ["", 'must be 1 to 255 letters, digits, hyphens or underscores, got: "". Write an id such as gemini-chat-backend.'],
    [
      "a".repeat(256),
      "must be 1 to 255 letters, digits, hyphens or underscores, got: 256 characters. Write an id such as gemini-chat-backend.",
    ],
    [
      "a.b",
      "must be 1 to 255 letters, digits, hyphens or underscores, got: a.b. Write an id such as gemini-chat-backend.",
    ],
    [
      "projects/p/secrets/s",
      "must be 1 to 255 letters, digits, hyphens or underscores, got: projects/p/secrets/s. Write an id such as gemini-chat-backend.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkSecretId(value))).toBe(message);
  });
});

describe("checkServiceAccountId", () => {
  test.each(["abcdef", "a".repeat(30), "gk-chat-backend"])("accepts %j", (value) => {
    expect(checkServiceAccountId(value)).toBeUndefined();
  });

  test.each([
    [
      "",
      'must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: "". Write an id such as gk-chat-backend, without the @ and what follows it.',
    ],
    [
      "abcde",
      "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: abcde. Write an id such as gk-chat-backend, without the @ and what follows it.",
    ],
    [
      "a".repeat(31),
      `must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: ${"a".repeat(31)}. Write an id such as gk-chat-backend, without the @ and what follows it.`,
    ],
    [
      "abcdef-",
      "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: abcdef-. Write an id such as gk-chat-backend, without the @ and what follows it.",
    ],
    [
      "1abcdef",
      "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: 1abcdef. Write an id such as gk-chat-backend, without the @ and what follows it.",
    ],
    [
      "gk-chat@acme.iam.gserviceaccount.com",
      "must be 6 to 30 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: gk-chat@acme.iam.gserviceaccount.com. Write an id such as gk-chat-backend, without the @ and what follows it.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkServiceAccountId(value))).toBe(message);
  });
});

describe("checkBillingAccount", () => {
  test.each(["012345-6789AB-CDEF01"])("accepts %j", (value) => {
    expect(checkBillingAccount(value)).toBeUndefined();
  });

  test.each([
    [
      "",
      'must be a billing account such as 012345-6789AB-CDEF01, got: "". Write the id that `gcloud billing accounts list` shows.',
    ],
    [
      "012345-6789ab-cdef01",
      "must be a billing account such as 012345-6789AB-CDEF01, got: 012345-6789ab-cdef01. Write 012345-6789AB-CDEF01.",
    ],
    [
      "billingAccounts/012345-6789AB-CDEF01",
      "must be a billing account such as 012345-6789AB-CDEF01, got: billingAccounts/012345-6789AB-CDEF01. Write 012345-6789AB-CDEF01.",
    ],
    [
      "012345-6789AB",
      "must be a billing account such as 012345-6789AB-CDEF01, got: 012345-6789AB. Write the id that `gcloud billing accounts list` shows.",
    ],
    [
      "012345-6789AG-CDEF01",
      "must be a billing account such as 012345-6789AB-CDEF01, got: 012345-6789AG-CDEF01. Write the id that `gcloud billing accounts list` shows.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkBillingAccount(value))).toBe(message);
  });
});

describe("checkParent", () => {
  test.each(["organizations/1", "folders/123456789012"])("accepts %j", (value) => {
    expect(checkParent(value)).toBeUndefined();
  });

  test.each([
    [
      "",
      'must be organizations/<number> or folders/<number>, got: "". Write the number, such as folders/123456789012.',
    ],
    [
      "123456789012",
      "must be organizations/<number> or folders/<number>, got: 123456789012. Write organizations/123456789012 or folders/123456789012.",
    ],
    [
      "example.com",
      "must be organizations/<number> or folders/<number>, got: example.com. Write the number, such as folders/123456789012.",
    ],
    [
      "organizations/",
      "must be organizations/<number> or folders/<number>, got: organizations/. Write the number, such as folders/123456789012.",
    ],
    [
      "folders/0",
      "must be organizations/<number> or folders/<number>, got: folders/0. Write the number, such as folders/123456789012.",
    ],
    [
      "organization/12",
      "must be organizations/<number> or folders/<number>, got: organization/12. Write the number, such as folders/123456789012.",
    ],
    [
      "projects/12",
      "must be organizations/<number> or folders/<number>, got: projects/12. Write the number, such as folders/123456789012.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkParent(value))).toBe(message);
  });
});

describe("checkBucketName", () => {
  test.each(["abc", "a".repeat(63), "a_b.c-d", "1ab", "a-goog"])("accepts %j", (value) => {
    expect(checkBucketName(value)).toBeUndefined();
  });

  test.each([
    [
      "",
      'must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: "". Write a name such as acme-gemini-state.',
    ],
    [
      "ab",
      "must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: ab. Write a name such as acme-gemini-state.",
    ],
    [
      "a".repeat(64),
      `must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: ${"a".repeat(64)}. Write a name such as acme-gemini-state.`,
    ],
    [
      "Abc",
      "must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: Abc. Write a name such as acme-gemini-state.",
    ],
    [
      "-abc",
      "must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: -abc. Write a name such as acme-gemini-state.",
    ],
    [
      "abc-",
      "must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: abc-. Write a name such as acme-gemini-state.",
    ],
    ["a..b", "must have no dot beside another dot or a hyphen, got: a..b. Write a name such as acme-gemini-state."],
    ["a.-b", "must have no dot beside another dot or a hyphen, got: a.-b. Write a name such as acme-gemini-state."],
    ["a-.b", "must have no dot beside another dot or a hyphen, got: a-.b. Write a name such as acme-gemini-state."],
    ["192.168.5.4", "must not be an IP address, got: 192.168.5.4. Write a name such as acme-gemini-state."],
    ["goog-x", "must not start with goog or contain google, got: goog-x. Google keeps these names: choose another."],
    [
      "my-google-x",
      "must not start with goog or contain google, got: my-google-x. Google keeps these names: choose another.",
    ],
    [
      "my-g00gle-x",
      "must not start with goog or contain google, got: my-g00gle-x. Google keeps these names: choose another.",
    ],
    ["gs://acme-state", "must be the name of a bucket, got: gs://acme-state. Write the name alone, without gs://."],
    [
      "acme state",
      "must be 3 to 63 lower-case letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: acme state. Write a name such as acme-gemini-state.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkBucketName(value))).toBe(message);
  });
});

describe("checkStateBucketName", () => {
  test("accepts a name beside which that of the logs is one too", () => {
    const longest = "a".repeat(58);
    expect(checkStateBucketName(longest)).toBeUndefined();
    expect(checkBucketName(logBucketNameOf(longest))).toBeUndefined();
  });

  test.each([
    [
      "a".repeat(60),
      `must leave room for the bucket of its access logs, <name>-logs: at most 58 characters, got: ${"a".repeat(60)}. Shorten the name by 2.`,
    ],
    [
      "goog-state",
      "must not start with goog or contain google, got: goog-state. Google keeps these names: choose another.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkStateBucketName(value))).toBe(message);
  });
});

describe("checkRegion", () => {
  test.each(["us-central1", "northamerica-northeast1", "europe-west12"])("accepts %j", (value) => {
    expect(checkRegion(value)).toBeUndefined();
  });

  test.each([
    ["", 'must be a region such as europe-west1, got: "". Write a region that `gcloud compute regions list` shows.'],
    [
      "us-central1-a",
      "must be a region such as europe-west1, got: us-central1-a. Write us-central1, without the zone.",
    ],
    ["eu", "must be a region such as europe-west1, got: eu. Write a region that `gcloud compute regions list` shows."],
    [
      "US-CENTRAL1",
      "must be a region such as europe-west1, got: US-CENTRAL1. Write a region that `gcloud compute regions list` shows.",
    ],
    [
      "us-central",
      "must be a region such as europe-west1, got: us-central. Write a region that `gcloud compute regions list` shows.",
    ],
    [
      "us-central123",
      "must be a region such as europe-west1, got: us-central123. Write a region that `gcloud compute regions list` shows.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkRegion(value))).toBe(message);
  });
});

describe("checkLabelKey", () => {
  test.each(["a", "cost_center-1", "a".repeat(63)])("accepts %j", (value) => {
    expect(checkLabelKey(value)).toBeUndefined();
  });

  test.each([
    [
      "a".repeat(64),
      `must be 1 to 63 lower-case letters, digits, hyphens or underscores, starting with a letter, got: ${"a".repeat(64)}. Write a key such as cost-center.`,
    ],
    [
      "",
      'must be 1 to 63 lower-case letters, digits, hyphens or underscores, starting with a letter, got: "". Write a key such as cost-center.',
    ],
    [
      "1a",
      "must be 1 to 63 lower-case letters, digits, hyphens or underscores, starting with a letter, got: 1a. Write a key such as cost-center.",
    ],
    [
      "A",
      "must be 1 to 63 lower-case letters, digits, hyphens or underscores, starting with a letter, got: A. Write a key such as cost-center.",
    ],
    [
      "a.b",
      "must be 1 to 63 lower-case letters, digits, hyphens or underscores, starting with a letter, got: a.b. Write a key such as cost-center.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkLabelKey(value))).toBe(message);
  });
});

describe("checkLabelValue", () => {
  test.each(["", "-_9", "a".repeat(63)])("accepts %j", (value) => {
    expect(checkLabelValue(value)).toBeUndefined();
  });

  test.each([
    [
      "a".repeat(64),
      `must be at most 63 lower-case letters, digits, hyphens or underscores, got: ${"a".repeat(64)}. Write a value such as search-team.`,
    ],
    [
      "A",
      "must be at most 63 lower-case letters, digits, hyphens or underscores, got: A. Write a value such as search-team.",
    ],
    [
      "R&D",
      "must be at most 63 lower-case letters, digits, hyphens or underscores, got: R&D. Write a value such as search-team.",
    ],
    [
      "a b",
      "must be at most 63 lower-case letters, digits, hyphens or underscores, got: a b. Write a value such as search-team.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkLabelValue(value))).toBe(message);
  });
});

describe("checkAnnotationKey", () => {
  test.each(["a", "9", "rotate-by", "a.b_C-d", "a".repeat(63)])("accepts %j", (value) => {
    expect(checkAnnotationKey(value)).toBeUndefined();
  });

  test.each([
    [
      "a".repeat(64),
      `must be 1 to 63 letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: ${"a".repeat(64)}. Write a key such as department.`,
    ],
    [
      "",
      'must be 1 to 63 letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: "". Write a key such as department.',
    ],
    [
      "a.",
      "must be 1 to 63 letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: a.. Write a key such as department.",
    ],
    [
      ".a",
      "must be 1 to 63 letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: .a. Write a key such as department.",
    ],
    [
      "a/b",
      "must be 1 to 63 letters, digits, hyphens, underscores or dots, with a letter or digit at both ends, got: a/b. Write a key such as department.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkAnnotationKey(value))).toBe(message);
  });
});

describe("checkProviderVersion", () => {
  test.each(["6.50.0", "0.0.1"])("accepts %j", (value) => {
    expect(checkProviderVersion(value)).toBeUndefined();
  });

  test.each([
    ["6.50", "must be an exact version, got: 6.50. Write all three numbers, such as 6.50.0."],
    ["~> 6.50", "must be an exact version, got: ~> 6.50. Write three numbers without an operator, such as 6.50.0."],
    ["v6.50.0", "must be an exact version, got: v6.50.0. Write three numbers without an operator, such as 6.50.0."],
    [">= 6.50.0", "must be an exact version, got: >= 6.50.0. Write three numbers without an operator, such as 6.50.0."],
    [
      "6.50.0-beta",
      "must be an exact version, got: 6.50.0-beta. Write three numbers without an operator, such as 6.50.0.",
    ],
    ["6.050.0", "must be an exact version, got: 6.050.0. Write three numbers without an operator, such as 6.50.0."],
    ["latest", "must be an exact version, got: latest. Write three numbers without an operator, such as 6.50.0."],
    ["", 'must be an exact version, got: "". Write three numbers without an operator, such as 6.50.0.'],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkProviderVersion(value))).toBe(message);
  });
});

describe("checkRepository", () => {
  test.each(["acme/gemini-keys", "a-b/c.d_e", "a".repeat(39) + "/b"])("accepts %j", (value) => {
    expect(checkRepository(value)).toBeUndefined();
  });

  test.each([
    ["", 'must be owner/name of a GitHub repository, got: "". Write the owner and the name, such as acme/gemini-keys.'],
    [
      "acme",
      "must be owner/name of a GitHub repository, got: acme. Write the owner and the name, such as acme/gemini-keys.",
    ],
    [
      "https://github.com/acme/gemini-keys",
      "must be owner/name of a GitHub repository, got: https://github.com/acme/gemini-keys. Write acme/gemini-keys.",
    ],
    [
      "https://github.com/acme/gemini-keys.git",
      "must be owner/name of a GitHub repository, got: https://github.com/acme/gemini-keys.git. Write acme/gemini-keys.",
    ],
    [
      "git@github.com:acme/gemini-keys.git",
      "must be owner/name of a GitHub repository, got: git@github.com:acme/gemini-keys.git. Write acme/gemini-keys.",
    ],
    ["acme/gemini-keys/", "must be owner/name of a GitHub repository, got: acme/gemini-keys/. Write acme/gemini-keys."],
    [
      "acme/gemini-keys.git",
      "must be owner/name of a GitHub repository, got: acme/gemini-keys.git. Write acme/gemini-keys.",
    ],
    [
      "acme/..",
      "must be owner/name of a GitHub repository, got: acme/... Write the owner and the name, such as acme/gemini-keys.",
    ],
    [
      "acme/.",
      "must be owner/name of a GitHub repository, got: acme/.. Write the owner and the name, such as acme/gemini-keys.",
    ],
    [
      "a--b/c",
      "must be owner/name of a GitHub repository, got: a--b/c. Write the owner and the name, such as acme/gemini-keys.",
    ],
    [
      "-a/c",
      "must be owner/name of a GitHub repository, got: -a/c. Write the owner and the name, such as acme/gemini-keys.",
    ],
    [
      "a-/c",
      "must be owner/name of a GitHub repository, got: a-/c. Write the owner and the name, such as acme/gemini-keys.",
    ],
    [
      "acme/a/b",
      "must be owner/name of a GitHub repository, got: acme/a/b. Write the owner and the name, such as acme/gemini-keys.",
    ],
    [
      "acme/*",
      "must be owner/name of a GitHub repository, got: acme/*. Write the owner and the name, such as acme/gemini-keys.",
    ],
    [
      "a".repeat(40) + "/b",
      `must be owner/name of a GitHub repository, got: ${"a".repeat(40)}/b. Write the owner and the name, such as acme/gemini-keys.`,
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkRepository(value))).toBe(message);
  });
});

describe("checkName", () => {
  test.each([
    ["a", 2],
    ["ab", 2],
    ["tokyo-office", 20],
    ["a".repeat(20), 20],
  ])("accepts %j of at most %i characters", (name, max) => {
    expect(checkName(name, max)).toBeUndefined();
  });

  test.each(["", "a".repeat(21), "-a", "a-", "1a", "A", "a_b"])("refuses %j of at most 20 characters", (name) => {
    expect(messageOf(checkName(name, 20))).toBe(
      `must be 1 to 20 lower-case letters, digits or hyphens, starting with a letter and not ending with a hyphen, got: ${name || '""'}. Write a name such as tokyo-office.`,
    );
  });
});

describe("a pattern and its rule accept the same", () => {
  const pieces = fc.constantFrom(
    "a",
    "b1",
    "Z",
    "0",
    "9",
    "-",
    "_",
    ".",
    "/",
    "@",
    ":",
    " ",
    "\n",
    "google",
    "g00gle",
    "goog",
    "ssl",
    "null",
    "undefined",
    "example.com",
    "user:",
    "group:",
    "domain:",
    "serviceAccount:",
    "principal:",
    "principalSet:",
    "//iam.googleapis.com/",
    "//goog/",
    "organizations/",
    "folders/",
    "012345-6789AB-CDEF01",
    "us-central1",
    "1.2.3",
    ".git",
    "${",
    "a".repeat(26),
    "a".repeat(60),
  );
  const text = fc.array(pieces, { maxLength: 6 }).map((parts) => parts.join(""));

  test.each([
    [ids.PROJECT_ID, checkProjectId],
    [ids.SECRET_ID, checkSecretId],
    [ids.SERVICE_ACCOUNT_ID, checkServiceAccountId],
    [ids.BILLING_ACCOUNT, checkBillingAccount],
    [ids.PARENT, checkParent],
    [ids.BUCKET_NAME, checkBucketName],
    [ids.REGION, checkRegion],
    [ids.LABEL_KEY, checkLabelKey],
    [ids.LABEL_VALUE, checkLabelValue],
    [ids.ANNOTATION_KEY, checkAnnotationKey],
    [ids.PROVIDER_VERSION, checkProviderVersion],
    [ids.REPOSITORY, checkRepository],
    [ids.EMAIL, ids.checkEmail],
    [ids.IAM_MEMBER, ids.checkIamMember],
    [ids.KEY_NAME, ids.checkKeyName],
    [namePattern(30), (name: string) => checkName(name, 30)],
  ])("%s", (pattern, check) => {
    // JSON Schema runs patterns in Unicode mode, and as a search.
    const asSchema = new RegExp(pattern.source, "u");
    fc.assert(
      fc.property(text, (value) => {
        expect(asSchema.test(value)).toBe(check(value) === undefined);
      }),
      { numRuns: 300 },
    );
  });

  test("checkBucketName agrees with the words it replaces", () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9._-]{1,20}[a-z0-9]$/);
    fc.assert(
      fc.property(name, (value) => {
        const refused = /^goog|google|\.\.|\.-|-\.|^\d+\.\d+\.\d+\.\d+$/.test(value);
        if (refused) expect(checkBucketName(value)).toBeDefined();
      }),
    );
  });

  test.each([
    ["checkEmail", ids.checkEmail],
    ["checkIamMember", ids.checkIamMember],
    ["checkBucketName", checkBucketName],
    ["checkProjectId", checkProjectId],
    ["checkRepository", checkRepository],
    ["checkKeyName", ids.checkKeyName],
  ])("%s is quick on a long text", (_, check) => {
    const started = Date.now();
    for (const unit of ["a", "a.", "a-", "user:a@", ".", "google", "0"]) check(unit.repeat(20_000));
    expect(Date.now() - started).toBeLessThan(2_000);
  });
});
