import { isCrowd, isEveryone, isGlobal, isPeople } from "../../policies/members";

test.each([
  ["allUsers", "everyone"],
  ["ALLAUTHENTICATEDUSERS", "everyone"],
  ["domain:example.com", "crowd global"],
  ["projectViewer:acme", "crowd global"],
  ["user:a@example.com", "people global"],
  ["group:a@example.com", "people global"],
  ["serviceAccount:a@acme.iam.gserviceaccount.com", "global"],
  // Google keeps members that were deleted, with a prefix.
  ["deleted:user:a@example.com?uid=1", "global"],
  ["deleted:projectOwner:acme", "global"],
  ["google_service_account.user", ""],
  ['module.a["user:b"].google_service_account.c', ""],
])("%s is %s", (member, kinds) => {
  const found = { everyone: isEveryone, crowd: isCrowd, people: isPeople, global: isGlobal };
  const names = Object.entries(found).flatMap(([name, is]) => (is(member) ? [name] : []));
  expect(names.join(" ")).toBe(kinds);
});
