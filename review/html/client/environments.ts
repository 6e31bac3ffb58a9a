import { environmentReach } from "../view/environment-reach";
import { shownKeys } from "./keys";
import { all, data, find } from "./page";
import { toDom } from "./to-dom";

const DRAWINGS = "details.reach-all";

/** The drawing of an environment is made when it is opened, of the keys that pass the filters. */
export function startEnvironments(): void {
  for (const details of all<HTMLDetailsElement>(DRAWINGS)) details.addEventListener("toggle", () => draw(details));
}

/** After other keys are shown. */
export function redraw(): void {
  for (const details of all<HTMLDetailsElement>(DRAWINGS)) {
    placeOf(details).replaceChildren();
    draw(details);
  }
}

export function draw(details: HTMLDetailsElement): void {
  const place = placeOf(details);
  if (!details.open || place.hasChildNodes()) return;
  const { name } = data.environments[numberOf(details)]!;
  const keys = shownKeys().flatMap((id) => data.keys[id] ?? []);
  place.append(
    toDom(
      environmentReach(
        name,
        keys.filter(({ environment }) => environment === name),
      ),
    ),
  );
}

function numberOf(details: HTMLDetailsElement): number {
  return Number(find("[data-reach]", details)!.dataset["reach"]);
}

function placeOf(details: HTMLDetailsElement): HTMLElement {
  return find(`#reach-environment-${numberOf(details)}`)!;
}
