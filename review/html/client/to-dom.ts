import type { Tree } from "../tree";

const SVG = "http://www.w3.org/2000/svg";

/** Nodes of the page. Text becomes a text node, whatever it holds. */
export function toDom(tree: Tree, namespace?: string): Node {
  if (typeof tree === "string") return document.createTextNode(tree);
  const { tag, attributes, children } = tree;
  const own = tag === "svg" ? SVG : namespace;
  const element = own ? document.createElementNS(own, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.map((child) => toDom(child, own)));
  return element;
}
