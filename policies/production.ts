import type { Facts } from "../inventory/facts";
import { saysProduction } from "../values/production-name";

/** True for an environment that is protected, or whose name or label says production. */
export function isProduction({ name, projects }: Facts): boolean {
  return (
    projects.some((project) => project.protected || saysProduction(project.labels["environment"] ?? "")) ||
    saysProduction(name)
  );
}
