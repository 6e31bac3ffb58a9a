import { environmentReach } from "../view/environment-reach";
import { all, data, find } from "./page";
import { toDom } from "./to-dom";

/** The drawing of an environment is made when it is opened. */
export function startEnvironments(): void {
  for (const details of all<HTMLDetailsElement>("details.reach-all")) {
    details.addEventListener("toggle", () => draw(details));
  }
}

export function draw(details: HTMLDetailsElement): void {
  const number = Number(find("[data-reach]", details)!.dataset["reach"]);
  const place = find(`#reach-environment-${number}`)!;
  if (!details.open || place.hasChildNodes()) return;
  const { name } = data.environments[number]!;
  place.append(
    toDom(
      environmentReach(
        name,
        data.keys.filter(({ environment }) => environment === name),
      ),
    ),
  );
}
