import { UserError } from "./report-error";

/** Checks that an option or argument is one of a few words. @throws UserError with what is allowed. */
export function oneOf<T extends string>(field: string, allowed: readonly T[], got: string): T {
  const found = allowed.find((word) => word === got);
  if (found === undefined) throw new UserError(`\`${field}\` must be one of ${allowed.join(", ")}, got: ${got}.`);
  return found;
}
