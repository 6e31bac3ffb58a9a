import { type Problem, problem } from "./problem";

/**
 * A problem if the text holds `${` or `%{`: Terraform would run what follows as an expression, wherever it stands in
 * the configuration. The escapes `$${` and `%%{` hold them too and are refused, since not every place undoes them.
 *
 * @see https://developer.hashicorp.com/terraform/language/syntax/json#string-values
 */
export function checkTemplateCharacters(text: string): Problem | undefined {
  const found = /[$%]\{/.exec(text);
  if (found === null) return undefined;
  return problem(
    `must not contain ${found[0]}`,
    text,
    "Terraform would run it as an expression. Write the text without it.",
  );
}
