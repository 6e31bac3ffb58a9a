import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { MAX_ARTIFACT_SIZE, parseArtifact } from "../../ci/artifact";
import { readArtifacts } from "../../cli/ci/read-artifacts";
import { reviewOf } from "../helpers/review";

const HEAD = "a".repeat(40);
const preview = { formatVersion: 1, kind: "preview", pullRequest: 7, head: HEAD, review: reviewOf(["prod"]) };
const HOW = "Nothing of it is used: look at the run that wrote it.";

test("what was written comes back", () => {
  expect(parseArtifact("a.json", JSON.stringify(preview))).toMatchObject(preview);
});

test.each<[string, string, string]>([
  ["not JSON", "<b>hi</b>", "text that is not JSON"],
  ["nothing", "null", "JSON in which the whole is wrong (Invalid input: expected object, received null)"],
  [
    "Markdown of its own",
    JSON.stringify({ ...preview, markdown: "# Approved" }),
    'JSON in which the whole is wrong (Unrecognized key: "markdown")',
  ],
  [
    "a number that is none",
    JSON.stringify({ ...preview, pullRequest: "7; rm -rf /" }),
    "JSON in which pullRequest is wrong (Invalid input: expected number, received string)",
  ],
  [
    "a commit that is a path",
    JSON.stringify({ ...preview, head: "../../main" }),
    "JSON in which head is wrong (the id of a commit)",
  ],
  [
    "a stack that is a path",
    JSON.stringify({ ...preview, kind: "plan", stack: "../prod" }),
    "JSON in which stack is wrong (the name of an environment)",
  ],
  [
    "a plan without what it does",
    JSON.stringify({ ...preview, kind: "plan", stack: "prod" }),
    "a plan without its stack or its effects, or a preview with them",
  ],
  [
    "a review with more than a review has",
    JSON.stringify({ ...preview, review: { ...preview.review, html: "<script>" } }),
    expect.stringContaining("a review that is wrong: `") as unknown as string,
  ],
])("refused: %s", (_what, text, got) => {
  let message = "";
  try {
    parseArtifact("a.json", text);
  } catch (error) {
    message = (error as Error).message;
  }
  const [, found] =
    /^`a\.json` must be what `gemkeys ci pack` wrote, got: (.*)\. Nothing of it is used: look at the run that wrote it\.$/s.exec(
      message,
    ) ?? ["", message];
  expect(found).toEqual(got);
});

describe("in files", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "gemkeys-test-"));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  const place = (name: string, write: (at: string) => void) => {
    const at = path.join(folder, name);
    fs.mkdirSync(at);
    write(at);
    return at;
  };
  const shown = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      return (error as Error).message.replaceAll(folder, "");
    }
    throw new Error("was not refused");
  };

  test("of a folder, in any of its folders, and none where there is none", () => {
    const at = place("good", (root) => {
      fs.mkdirSync(path.join(root, "gemkeys-preview"));
      fs.writeFileSync(path.join(root, "gemkeys-preview", "artifact.json"), JSON.stringify(preview));
    });
    expect(readArtifacts(at)).toHaveLength(1);
    expect(readArtifacts(path.join(folder, "nowhere"))).toEqual([]);
  });

  test("over the limit", () => {
    const at = place("large", (root) =>
      fs.writeFileSync(path.join(root, "a.json"), Buffer.alloc(MAX_ARTIFACT_SIZE + 1, "x")),
    );
    expect(shown(() => readArtifacts(at))).toBe("`/large/a.json` must have at most 8388608 bytes, got: 8388609 bytes.");
    const text = JSON.stringify({ ...preview, head: "x".repeat(MAX_ARTIFACT_SIZE) });
    expect(shown(() => parseArtifact("a.json", text))).toBe(
      `\`a.json\` must be what \`gemkeys ci pack\` wrote, got: 9 MB, and 8 MB is the limit. ${HOW}`,
    );
  });

  test("many that are over the limit together", () => {
    const at = place("many", (root) => {
      for (let index = 0; index < 9; index++) {
        fs.writeFileSync(path.join(root, `${index}.json`), "");
        fs.truncateSync(path.join(root, `${index}.json`), MAX_ARTIFACT_SIZE);
      }
    });
    expect(shown(() => readArtifacts(at))).toBe("`/many` must have at most 64 MB, got: 72 MB.");
  });

  test("a link to a file of the machine", () => {
    const at = place("link", (root) => fs.symlinkSync("/etc/passwd", path.join(root, "a.json")));
    expect(shown(() => readArtifacts(at))).toBe("`/link/a.json` must be a file, got: a symbolic link.");
  });
});
