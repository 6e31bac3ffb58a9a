import { visibleText } from "../../values/visible-text";

test.each([
  ["a\n\n\tb  c ", "a b c"],
  ["a\u00A0b\u3000c\u2028d", "a b c d"],
  ["admin\u202Eecila\u2069", "admin\\u202eecila\\u2069"],
  ["a\u200Bb\u00ADc\uFEFF", "a\\u200bb\\u00adc"],
  ["\u001B[31mred\u0007", "\\u001b[31mred\\u0007"],
  ["a\uD800b", "a\\ud800b"],
  ["\u{E0041}x", "\\udb40\\udc41x"],
  ["\u3164\u115F\u2800", "\\u3164\\u115f\\u2800"],
  ["❤\uFE0F a\uFE0F", "❤\uFE0F a\\ufe0f"],
  ["Grüße, 東京 é", "Grüße, 東京 é"],
])("%j", (text, visible) => {
  expect(visibleText(text)).toBe(visible);
});
