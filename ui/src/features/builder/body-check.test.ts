import { expect, it } from "vitest";
import { shownValue, typedValue } from "./body-check";

it.each([
  ["true", true],
  ["42", 42],
  ["null", null],
  ["ok", "ok"],
  ['"true"', "true"],
  ["", ""],
])("%s is meant as %j", (typed, value) => {
  expect(typedValue(typed)).toBe(value);
});

it.each([["true"], [true], [42], [null], ["ok"]])(
  "%j is shown so that it reads as the same again",
  (value) => {
    expect(typedValue(shownValue(value))).toBe(value);
  },
);
