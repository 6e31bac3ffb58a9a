import { declareValuePlugin, PluginKind } from "@stryker-mutator/api/plugin";

/** Fields of a rule that are only read by people. */
const TEXTS = ["title", "rationale", "fix", "references"];

/** Leaves out what no test should pin word by word. The report lists it as ignored, and no score counts it. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, "plain-text", {
    shouldIgnore({ node, parent }) {
      const told = parent?.type === "ObjectProperty" && parent.value === node && TEXTS.includes(parent.key.name);
      return told && isText(node) ? "a text of a rule" : undefined;
    },
  }),
];

/** A title that is built by code is behaviour: only what is written out is left alone. */
function isText(node) {
  if (node.type === "ArrayExpression") return node.elements.every(isText);
  if (node.type === "CallExpression") return node.callee.name === "cis";
  return ["StringLiteral", "TemplateLiteral", "Identifier"].includes(node.type);
}
