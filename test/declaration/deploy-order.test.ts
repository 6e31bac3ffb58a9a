import { loadConfig } from "../../declaration/load";
import { configProblems, ENVIRONMENT, files, inConfigFolder, ORGANIZATION } from "../helpers/config-folder";

const NOW = new Date("2026-11-25T00:00:00Z");
const DEV = ENVIRONMENT.replaceAll("acme-gemini-prod", "acme-gemini-dev");
const order = (text: string) =>
  files({ "organization.yaml": `${ORGANIZATION}deployOrder: ${text}\n`, "environments/dev.yaml": DEV });

test("is what is declared, and nothing by itself", () => {
  const declared = (content: ReturnType<typeof files>) =>
    inConfigFolder(content, () => loadConfig("config", NOW).declaration.organization.deployOrder);
  expect(declared(order("[dev, prod]"))).toEqual(["dev", "prod"]);
  expect(declared(files())).toEqual([]);
});

test.each<[string, string, string]>([
  [
    "an environment that is not there",
    "[dev, prd]",
    "`deployOrder[1]` must be the name of an environment, as its file has it, got: prd. Did you mean prod?",
  ],
  [
    "one far from all names",
    "[somewhere]",
    "`deployOrder[0]` must be the name of an environment, as its file has it, got: somewhere. Add it to `environments/`, or write one of: dev, prod.",
  ],
  ["one twice", "[dev, dev]", "`deployOrder[1]` must not name an environment twice, got: dev. Remove it."],
])("refused: %s", (_what, text, message) => {
  expect(configProblems(order(text), NOW)).toEqual([expect.stringMatching(/^config\/organization\.yaml:14:\d+: /)]);
  expect(configProblems(order(text), NOW)[0]!.replace(/^[^ ]+ /, "")).toBe(message);
});
