import * as fs from "node:fs";
import * as path from "node:path";
import { AssistantStack } from "../fixtures/examples/standalone";
import { addresses, counts, ofType, synthTemplate, testApp, texts } from "../helpers/synth-template";

const ROOT = path.join(__dirname, "../..");
const EXAMPLE = path.join(ROOT, "test/fixtures/examples/standalone.ts");
const PAGE = path.join(ROOT, "docs/constructs.md");

test("the constructs work in a stack that is not ours, and twice in one stack", () => {
  const template = synthTemplate(new AssistantStack(testApp(), "assistant"));
  expect(counts(template)).toEqual({
    google_apikeys_key: 2,
    google_project: 1,
    google_project_service: 4,
    google_secret_manager_secret: 2,
    google_secret_manager_secret_iam_member: 2,
    google_secret_manager_secret_version: 2,
    google_service_account: 2,
  });
  const names = Object.values(ofType(template, "google_apikeys_key")).map(({ name }) => name);
  expect(names.sort()).toEqual(["drafts-g1", "summaries-g1"]);
});

test("they keep the addresses cdktf gives them, with its hash, and need no outputs", () => {
  const template = synthTemplate(new AssistantStack(testApp(), "assistant"));
  for (const address of addresses(template)) expect(address).toMatch(/^google_\w+\.[\w-]+_[0-9A-F]{8}$/);
  expect(template.output).toBeUndefined();
});

test("a key string goes to its own secret and nowhere else", () => {
  const template = synthTemplate(new AssistantStack(testApp(), "assistant"));
  const uses = texts(template).filter(({ text }) => text.includes("key_string"));
  expect(uses.map(({ path, text }) => [/secret_version\.(\w+)-secret/.exec(path)?.[1], text]).sort()).toEqual([
    ["drafts", expect.stringMatching(/^\$\{google_apikeys_key\.drafts-key_g1_[0-9A-F]{8}\.key_string\}$/)],
    ["summaries", expect.stringMatching(/^\$\{google_apikeys_key\.summaries-key_g1_[0-9A-F]{8}\.key_string\}$/)],
  ]);
});

test("two of its stacks in one app do not refer to each other", () => {
  const app = testApp();
  const [one, two] = ["one", "two"].map((id) => synthTemplate(new AssistantStack(app, id)));
  expect(one!.resource).toEqual(two!.resource);
  expect(JSON.stringify(one)).not.toContain("terraform_remote_state");
});

// What is shown is what is tested: the block of the page is this example, apart from where it imports from.
test("docs/constructs.md shows this example, below <!-- example: standalone -->", () => {
  const blocks = [...fs.readFileSync(PAGE, "utf8").matchAll(/<!-- example: standalone -->\s*```\w*\n(.*?)```/gs)];
  const expected = fs.readFileSync(EXAMPLE, "utf8").replaceAll('"../../../', '"./');
  expect(blocks.map(([, code]) => code)).toEqual([expected]);
});
