import { checkDomain, checkEmail, checkIamMember } from "../../values/google-ids";
import { describeProblem, type Problem } from "../../values/problem";

/** The message without the name of the field. */
function messageOf(refusal: Problem | undefined): string | undefined {
  return refusal && describeProblem("x", refusal).slice("`x` ".length);
}

describe("checkEmail", () => {
  test.each([
    "finops@example.com",
    "First.Last+x@Example.com",
    "o'hara_1&co-x@mail.example.co.jp",
    "x".repeat(64) + "@example.com",
  ])("accepts %j", (value) => {
    expect(checkEmail(value)).toBeUndefined();
  });

  test.each([
    ["", 'must be an e-mail address, got: "". Write one such as finops@example.com.'],
    ["finops", "must be an e-mail address, got: finops. Write one such as finops@example.com."],
    ["@example.com", "must be an e-mail address, got: @example.com. Write one such as finops@example.com."],
    ["a@", "must be an e-mail address, got: a@. Write one such as finops@example.com."],
    ["a@b", "must be an e-mail address, got: a@b. Write one such as finops@example.com."],
    ["a b@example.com", "must be an e-mail address, got: a b@example.com. Write one such as finops@example.com."],
    ["a@example..com", "must be an e-mail address, got: a@example..com. Write one such as finops@example.com."],
    ["a@-example.com", "must be an e-mail address, got: a@-example.com. Write one such as finops@example.com."],
    ["a@127.0.0.1", "must be an e-mail address, got: a@127.0.0.1. Write one such as finops@example.com."],
    ["a@example.123", "must be an e-mail address, got: a@example.123. Write one such as finops@example.com."],
    [".a@example.com", "must be an e-mail address, got: .a@example.com. Write one such as finops@example.com."],
    ["a.@example.com", "must be an e-mail address, got: a.@example.com. Write one such as finops@example.com."],
    ["a..b@example.com", "must be an e-mail address, got: a..b@example.com. Write one such as finops@example.com."],
    ["a@b@example.com", "must be an e-mail address, got: a@b@example.com. Write one such as finops@example.com."],
    [
      "mailto:a@example.com",
      "must be an e-mail address, got: mailto:a@example.com. Write one such as finops@example.com.",
    ],
    ["a${b}@example.com", "must be an e-mail address, got: a${b}@example.com. Write one such as finops@example.com."],
    [
      "x".repeat(65) + "@example.com",
      `must be an e-mail address, got: ${"x".repeat(65)}@example.com. Write one such as finops@example.com.`,
    ],
    ["a@example.com\n", 'must be an e-mail address, got: "a@example.com\\n". Write one such as finops@example.com.'],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkEmail(value))).toBe(message);
  });
});

describe("checkDomain", () => {
  test.each(["example.com", "a.b.example.co", "x1.123a"])("accepts %j", (value) => {
    expect(checkDomain(value)).toBeUndefined();
  });

  test.each([
    ["", 'must be a domain, got: "". Write one such as example.com.'],
    ["example", "must be a domain, got: example. Write one such as example.com."],
    ["exa_mple.com", "must be a domain, got: exa_mple.com. Write one such as example.com."],
    ["example.com.", "must be a domain, got: example.com.. Write one such as example.com."],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkDomain(value))).toBe(message);
  });
});

describe("checkIamMember", () => {
  test.each([
    "user:a@example.com",
    "group:gcp-sre@example.com",
    "serviceAccount:chat@acme-apps.iam.gserviceaccount.com",
    "serviceAccount:123-compute@developer.gserviceaccount.com",
    "serviceAccount:acme-apps.svc.id.goog[ns/ksa]",
    "domain:example.com",
    "principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/P/subject/S:Mixed",
    "principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/P/*",
    "principalSet://cloudresourcemanager.googleapis.com/projects/1/type/ServiceAccount",
  ])("accepts %j", (value) => {
    expect(checkIamMember(value)).toBeUndefined();
  });

  test.each([
    [
      "allUsers",
      "must not be allUsers, which stands for everyone, got: allUsers. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "allusers",
      "must not be allUsers, which stands for everyone, got: allusers. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "ALLUSERS",
      "must not be allUsers, which stands for everyone, got: ALLUSERS. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "allAuthenticatedUsers",
      "must not be allAuthenticatedUsers, which stands for everyone, got: allAuthenticatedUsers. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "allauthenticatedusers",
      "must not be allAuthenticatedUsers, which stands for everyone, got: allauthenticatedusers. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "principalSet://goog/public:all",
      "must not be principalSet://goog/public:all, which stands for everyone, got: principalSet://goog/public:all. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "principalset://goog/PUBLIC:all",
      "must not be principalSet://goog/public:all, which stands for everyone, got: principalset://goog/PUBLIC:all. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "principalSet://goog/group/a@example.com",
      "must not be principalSet://goog/, got: principalSet://goog/group/a@example.com. An allow policy takes no principal under goog/. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "principal://goog/subject/a@example.com",
      "must not be principal://goog/, got: principal://goog/subject/a@example.com. An allow policy takes no principal under goog/. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "deleted:user:a@example.com?uid=1",
      "must not be a deleted member, got: deleted:user:a@example.com?uid=1. Remove it, or write the member that took its place.",
    ],
    [
      "projectOwner:acme",
      "must not be all holders of a basic role, got: projectOwner:acme. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "projectEditor:acme",
      "must not be all holders of a basic role, got: projectEditor:acme. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "projectViewer:acme",
      "must not be all holders of a basic role, got: projectViewer:acme. Name who needs it: serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "a@example.com",
      "must start with user:, group:, serviceAccount:, domain:, principal:, principalSet:, got: a@example.com. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "serviceaccount:a@example.com",
      "must start with user:, group:, serviceAccount:, domain:, principal:, principalSet:, got: serviceaccount:a@example.com. Write serviceAccount: in exactly these letters.",
    ],
    [
      "User:a@example.com",
      "must start with user:, group:, serviceAccount:, domain:, principal:, principalSet:, got: User:a@example.com. Write user: in exactly these letters.",
    ],
    [
      "user:",
      "must have an e-mail address after user:, got: user:. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "user",
      "must have an e-mail address after user:, got: user. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "user:a",
      "must have an e-mail address after user:, got: user:a. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "user: a@example.com",
      "must have an e-mail address after user:, got: user: a@example.com. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "user:acme-apps.svc.id.goog[ns/ksa]",
      "must have an e-mail address after user:, got: user:acme-apps.svc.id.goog[ns/ksa]. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "group:Gcp@Example.com",
      "must be in lower case after group:, got: group:Gcp@Example.com. Write group:gcp@example.com.",
    ],
    [
      "serviceAccount:Chat@acme.iam.gserviceaccount.com",
      "must be in lower case after serviceAccount:, got: serviceAccount:Chat@acme.iam.gserviceaccount.com. Write serviceAccount:chat@acme.iam.gserviceaccount.com.",
    ],
    ["domain:Example.com", "must be in lower case after domain:, got: domain:Example.com. Write domain:example.com."],
    ["domain:example", "must have a domain after domain:, got: domain:example. Write one such as domain:example.com."],
    [
      "user:A",
      "must have an e-mail address after user:, got: user:A. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "principal:a",
      "must have a host and a path after principal:, got: principal:a. Write one such as principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/….",
    ],
    [
      "principal://x",
      "must have a host and a path after principal:, got: principal://x. Write one such as principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/….",
    ],
    [
      "principal://X/y",
      "must have a host and a path after principal:, got: principal://X/y. Write one such as principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/….",
    ],
    [
      "principalSet://iam.googleapis.com/a b",
      "must have a host and a path after principalSet:, got: principalSet://iam.googleapis.com/a b. Write one such as principalSet://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/….",
    ],
    [
      "principal://iam.googleapis.com/${x}",
      "must have a host and a path after principal:, got: principal://iam.googleapis.com/${x}. Write one such as principal://iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/….",
    ],
    [
      "",
      'must start with user:, group:, serviceAccount:, domain:, principal:, principalSet:, got: "". Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.',
    ],
    [
      "special:x",
      "must start with user:, group:, serviceAccount:, domain:, principal:, principalSet:, got: special:x. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
    [
      "user:a${b}@example.com",
      "must have an e-mail address after user:, got: user:a${b}@example.com. Write one such as serviceAccount:chat@acme-apps.iam.gserviceaccount.com or group:gcp-sre@example.com.",
    ],
  ])("refuses %j", (value, message) => {
    expect(messageOf(checkIamMember(value))).toBe(message);
  });
});
