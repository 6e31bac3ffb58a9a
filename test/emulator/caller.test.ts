import { type Caller, callerOf, federatedToken, membersFor, nameOf, serviceAccountToken } from "../../emulator/caller";

const identity = {
  pool: "projects/123/locations/global/workloadIdentityPools/github",
  subject: "repo:acme/keys:ref:refs/heads/a#b",
  groups: ["ops"],
  attributes: { event: "push", ümlaut: "a#b" },
};
const principal = `principal://iam.googleapis.com/${identity.pool}/subject/${identity.subject}`;
const plain = `principal://iam.googleapis.com/${identity.pool}/subject/main`;

test.each<[string, Caller, string, string]>([
  ["Bearer local-cloud", { kind: "owner" }, "user:local-user@example.com", "local-user@example.com"],
  [
    "bearer local-cloud/alice@example.com",
    { kind: "user", email: "alice@example.com" },
    "user:alice@example.com",
    "alice@example.com",
  ],
  [
    `Bearer ${serviceAccountToken("a@b.iam.gserviceaccount.com")}`,
    { kind: "serviceAccount", email: "a@b.iam.gserviceaccount.com" },
    "serviceAccount:a@b.iam.gserviceaccount.com",
    "a@b.iam.gserviceaccount.com",
  ],
  [`Bearer ${federatedToken(identity)}`, { kind: "federated", identity }, principal, principal],
  [
    `Bearer local-cloud/${plain}`,
    { kind: "federated", identity: { ...identity, subject: "main", groups: [], attributes: {} } },
    plain,
    plain,
  ],
])("the token %j says whose it is", (header, caller, member, name) => {
  expect(callerOf(header)).toEqual(caller);
  expect(membersFor(caller)[0]).toBe(member);
  expect(nameOf(caller)).toBe(name);
});

test.each([
  undefined,
  "",
  "local-cloud",
  "Basic local-cloud",
  "Bearer ya29.something",
  "Bearer local-cloud/",
  "Bearer local-cloud/somebody",
  "Bearer local-cloud/a@b@c",
  "Bearer local-cloud/a b@example.com",
  "Bearer local-cloud/principal://iam.googleapis.com/x",
  `Bearer local-cloud/${plain}#not-json`,
  `Bearer local-cloud/${plain}#e30`,
])("%s is nobody", (header) => {
  expect(callerOf(header)).toBeUndefined();
});

test("a policy may mean an identity in several ways", () => {
  const set = `principalSet://iam.googleapis.com/${identity.pool}`;
  expect(membersFor({ kind: "federated", identity })).toEqual([
    principal,
    `${set}/*`,
    `${set}/group/ops`,
    `${set}/attribute.event/push`,
    `${set}/attribute.ümlaut/a#b`,
  ]);
});
