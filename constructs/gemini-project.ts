import type { Construct } from "constructs";
import { CloudProject, type CloudProjectProps, type ServiceName } from "./cloud-project";

export type { ServiceName } from "./cloud-project";

/** The services every Gemini project needs, whatever else it holds. */
const BASE_SERVICES = ["apikeys", "generativelanguage", "iam", "secretmanager"] as const;

export interface GeminiProjectProps extends Omit<CloudProjectProps, "services"> {
  /**
   * Services to enable besides those every Gemini project needs.
   *
   * @default - none
   */
  readonly services?: readonly ServiceName[];
}

/**
 * A Google Cloud project for Gemini keys and nothing else, with its services enabled.
 *
 * A project of its own, since a Gemini quota, a spend cap and a leaked key concern a whole project. Without a billing
 * account it stays on the free tier of the Gemini API.
 */
export class GeminiProject extends CloudProject {
  constructor(scope: Construct, id: string, props: GeminiProjectProps) {
    super(scope, id, { ...props, services: [...BASE_SERVICES, ...(props.services ?? [])] });
  }
}
