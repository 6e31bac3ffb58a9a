import { checkPercent } from "../../values/percent";
import { describeProblem } from "../../values/problem";

test.each([1, 2, 80, 100, 101, 199, 200])("accepts %d", (percent) => {
  expect(checkPercent(percent)).toBeUndefined();
});

test.each([0, 201, -1, 0.5, 80.5, 1e21, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d", (percent) => {
  expect(describeProblem("alertAt[0]", checkPercent(percent)!)).toBe(
    `\`alertAt[0]\` must be a whole number from 1 to 200, got: ${percent}. Write percent, e.g. 80.`,
  );
});
