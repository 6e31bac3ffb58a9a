import { known } from "../keys";
import { SECRET_ACCESS, SECRET_PRACTICES } from "../pages";
import type { Rule, Violation } from "../rule";
import { readersOf, readerViolation, type SecretGrant, secretText } from "../secrets";

/** A key is of one application, which runs as a few service accounts: more are several applications. */
export const MOST_READERS = 10;

export const secretHasFewReaders: Rule = {
  id: "GEMKEY-SECRET-04",
  title: "The secret of a key is read by few, who are known",
  severity: "medium",
  rationale:
    "Each reader keeps a copy. The more there are, the less a log of reads says, and the harder the key is to rotate.",
  fix: "Declare a key for each application, with its own readers: `keys` in YAML, another `google_apikeys_key` and secret in HCL. Write members that are known before the apply.",
  references: [SECRET_ACCESS, SECRET_PRACTICES],
  check: ({ facts }) => {
    const bySecret = new Map<string, SecretGrant[]>();
    for (const reader of readersOf(facts)) {
      const { address } = reader.secret;
      const readers = bySecret.get(address);
      if (readers) readers.push(reader);
      else bySecret.set(address, [reader]);
    }
    return [...bySecret.values()].flatMap((readers) => [...unknowns(readers), ...tooMany(readers)]);
  },
};

function unknowns(readers: readonly SecretGrant[]): Violation[] {
  return readers
    .filter(({ grant }) => known(grant.member) === undefined)
    .map((reader) => readerViolation(reader, `A reader of ${secretText(reader)} is unknown until apply.`));
}

function tooMany(readers: readonly SecretGrant[]): Violation[] {
  const count = new Set(readers.flatMap(({ grant }) => known(grant.member) ?? [])).size;
  if (count <= MOST_READERS) return [];
  const [reader] = readers;
  const message = `${count} members may read ${secretText(reader!)}, more than ${MOST_READERS}.`;
  return [{ ...readerViolation(reader!, message, String(count)), address: reader!.secret.address }];
}
