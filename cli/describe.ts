import type { Declaration } from "../declaration/model";

/** `3 environments, 7 keys` */
export function describeDeclaration({ environments }: Declaration): string {
  const keys = environments.reduce((sum, environment) => sum + environment.keys.length, 0);
  return `${count(environments.length, "environment")}, ${count(keys, "key")}`;
}

/** `1 problem`, `2 problems` */
export function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
