const PRODUCTION = /(?:^|[^a-z])(?:prod|prd|production)(?![a-z])/i;
const BEFORE_PRODUCTION = /(?:non|pre|not)[^a-z]?(?:prod|prd|production)(?![a-z])/i;

/** True for the name of an environment, or a label, that says production. */
export function saysProduction(text: string): boolean {
  return PRODUCTION.test(text) && !BEFORE_PRODUCTION.test(text);
}
