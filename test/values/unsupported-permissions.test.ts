import { unsupportedPermissions } from "../../values/unsupported-permissions";

test("every permission is one, with a reason that can follow it in a sentence", () => {
  for (const [permission, why] of unsupportedPermissions) {
    expect(permission).toMatch(/^[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+$/);
    expect(why).toMatch(/^[a-z].*[^.]$/);
  }
  expect(unsupportedPermissions.size).toBe(15);
});
