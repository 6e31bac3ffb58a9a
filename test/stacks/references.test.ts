import { sampleTemplates } from "../helpers/sample";
import { addresses, texts } from "../helpers/synth-template";

/** cdktf's own check of cross-stack references is left out (see `prepareStack`), so this one stands in. */
test.each(Object.entries(sampleTemplates()))("stack %s refers to nothing outside itself", (_name, template) => {
  const data = Object.entries(template.data ?? {}).flatMap(([type, each]) =>
    Object.keys(each).map((id) => `data.${type}.${id}`),
  );
  const known = new Set([...addresses(template), ...data]);
  const references = texts(template).flatMap(({ text }) =>
    [...text.matchAll(/\$\{((?:data\.)?\w+\.[\w-]+)/g)].map(([, to]) => to!),
  );
  expect(references.length).toBeGreaterThan(10);
  expect(references.filter((reference) => !known.has(reference))).toEqual([]);
});
