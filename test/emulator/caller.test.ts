import { callerEmail, callerOf } from "../../emulator/caller";

test.each([
  [undefined, "user:local-user@example.com"],
  ["Bearer local-cloud", "user:local-user@example.com"],
  ["Bearer ya29.something", "user:local-user@example.com"],
  ["Bearer local-cloud/", "user:local-user@example.com"],
  ["Bearer local-cloud/nobody", "user:local-user@example.com"],
  ["Bearer local-cloud/a@b@c", "user:local-user@example.com"],
  ["Bearer local-cloud/alice@example.com", "user:alice@example.com"],
  ["bearer local-cloud/sa@p.iam.gserviceaccount.com", "serviceAccount:sa@p.iam.gserviceaccount.com"],
  ["Bearer local-cloud/a b@example.com", "user:local-user@example.com"],
  ["Bearer local-cloud/principal://iam.googleapis.com/x/subject/y#eyJ9", "principal://iam.googleapis.com/x/subject/y"],
  ["Bearer local-cloud/principal://iam.googleapis.com/x/subject/y", "principal://iam.googleapis.com/x/subject/y"],
])("the token %j is %s", (authorization, member) => {
  const headers = authorization === undefined ? {} : { authorization };
  expect(callerOf(headers).member).toBe(member);
  expect(member.endsWith(callerEmail(headers))).toBe(true);
});
