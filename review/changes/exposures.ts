import type { ExposureFacts } from "../../inventory/facts";
import { type Draft, draft, type Pair } from "../draft";

const WHERE: Readonly<Record<ExposureFacts["kind"], string>> = {
  output: "the output",
  "local-file": "the file",
  provisioner: "a provisioner of",
  "other-resource": "the resource",
};

/** Where key strings leave the state. */
export function exposureChanges({ before, after }: Pair): Draft[] {
  const [old, now] = [before.exposures, after.exposures].map((all) => new Map(all.map((each) => [idOf(each), each])));
  const gained = [...now!].filter(([id]) => !old!.has(id)).map(([, exposure]) => exposure);
  const ended = [...old!].filter(([id]) => !now!.has(id)).map(([, exposure]) => exposure);
  return [
    ...gained.map((exposure) => {
      const { address, sensitive } = exposure;
      const situation = sensitive ? "exposed-sensitive" : "exposed";
      return draft(situation, `${textOf(exposure)} now holds the key string of ${exposure.of}.`, {
        address,
        added: [address],
      });
    }),
    ...ended.map((exposure) => {
      const { address } = exposure;
      const sentence = `${textOf(exposure)} no longer holds the key string of ${exposure.of}.`;
      return draft("exposure-ended", sentence, { address, removed: [address] });
    }),
  ];
}

function idOf({ address, kind, field, of, sensitive }: ExposureFacts): string {
  return JSON.stringify([address, kind, field, of, sensitive]);
}

function textOf({ kind, address, field }: ExposureFacts): string {
  const where = `${WHERE[kind]} ${address}`;
  const place = kind === "output" ? where : `${where} (${field})`;
  return place.charAt(0).toUpperCase() + place.slice(1);
}
