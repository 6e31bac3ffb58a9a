import type { Facts } from "../inventory/facts";

const PRODUCTION = /(?:^|[^a-z])(?:prod|prd|production)(?![a-z])/i;
const BEFORE_PRODUCTION = /(?:non|pre|not)[^a-z]?(?:prod|prd|production)(?![a-z])/i;

/** True for an environment that is protected, or whose name or label says production. */
export function isProduction({ name, projects }: Facts): boolean {
  return (
    projects.some((project) => project.protected || saysProduction(project.labels["environment"] ?? "")) ||
    saysProduction(name)
  );
}

function saysProduction(text: string): boolean {
  return PRODUCTION.test(text) && !BEFORE_PRODUCTION.test(text);
}
