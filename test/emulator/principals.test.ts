import { callerOf, federatedToken, membersFor, serviceAccountToken } from "../../emulator/principals";

const identity = {
  pool: "projects/123/locations/global/workloadIdentityPools/github",
  subject: "repo:acme/keys:ref:refs/heads/a#b",
  groups: ["ops"],
  attributes: { event: "push", ümlaut: "a#b" },
};

test("a token says whose it is", () => {
  const of = (token: string) => callerOf(`Bearer ${token}`);
  expect(of("local-cloud")).toEqual({ kind: "owner" });
  expect(of(serviceAccountToken("a@b.iam.gserviceaccount.com"))).toEqual({
    kind: "serviceAccount",
    email: "a@b.iam.gserviceaccount.com",
  });
  expect(of(federatedToken(identity))).toEqual({ kind: "federated", identity });
});

test.each([
  undefined,
  "",
  "local-cloud",
  "Basic local-cloud",
  "Bearer ya29.something",
  "Bearer local-cloud/principal://iam.googleapis.com/x",
  "Bearer local-cloud/principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/subject/s#e30x",
])("%s is nobody", (header) => {
  expect(callerOf(header)).toBeUndefined();
});

test("a policy may mean an identity in several ways", () => {
  const set = `principalSet://iam.googleapis.com/${identity.pool}`;
  expect(membersFor({ kind: "federated", identity })).toEqual([
    `principal://iam.googleapis.com/${identity.pool}/subject/${identity.subject}`,
    `${set}/*`,
    `${set}/group/ops`,
    `${set}/attribute.event/push`,
    `${set}/attribute.ümlaut/a#b`,
  ]);
  expect(membersFor({ kind: "serviceAccount", email: "a@b.c" })).toEqual(["serviceAccount:a@b.c"]);
  expect(membersFor({ kind: "owner" })).toEqual([]);
});
