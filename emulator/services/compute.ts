import { notFound } from "../errors";
import { type Call, enabledProject, route, type Service } from "../service";

const api = "compute.googleapis.com";

/**
 * Compute v1, only as far as the provider needs to find that a new project has no default network: at Google a new project
 * has one, and the provider would delete it.
 */
export const compute: Service = {
  api,
  errors: "full",
  routes: [route("GET", "/compute/v1/projects/{project}/global/networks/{network}", getNetwork)],
};

function getNetwork(call: Call): object {
  const [project, network] = call.wildcards as [string, string];
  enabledProject(call, project, api);
  throw notFound(`The resource 'projects/${project}/global/networks/${network}' was not found`);
}
