import { GEMINI_SERVICE, known } from "../keys";
import type { Rule } from "../rule";

/** What keys need to be made, read and used. */
const NEEDED = ["apikeys.googleapis.com", GEMINI_SERVICE, "iam.googleapis.com", "secretmanager.googleapis.com"];

// Not said is not safe: provider 6 then disables. A service that is unknown until apply is not judged: most of them are others.
export const serviceStaysEnabled: Rule = {
  id: "GEMKEY-API-04",
  title: "An API that keys need stays enabled",
  severity: "medium",
  rationale:
    "Removing the resource, or moving it to another module, then turns the API off for the whole project: every key in it stops.",
  fix: "Write `disable_on_destroy = false` in `google_project_service`. A stack of ours does.",
  references: ["https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_project_service"],
  check: ({ facts }) =>
    facts.services.flatMap(({ address, service, disableOnDestroy }) => {
      const name = known(service);
      if (disableOnDestroy === false || name === undefined || !NEEDED.includes(name)) return [];
      const what = disableOnDestroy ? "disables" : "may disable";
      const message = `Removing ${address} ${what} ${name} for the whole project.`;
      return [{ address, field: "disable_on_destroy", value: String(disableOnDestroy ?? "not set"), message }];
    }),
};
