import { redactAll } from "../../values/redact";
import type { Review } from "../model";

/** The review for machines. The form is a contract: schemas/review.schema.json. */
export function renderJson(review: Review): string {
  return `${JSON.stringify(redactAll(review), null, 2)}\n`;
}
