import { expect, it } from "vitest";
import { counted } from "./numbers";

it("parts thousands", () => {
  expect([0, 14, 1000, 1_234_567].map(counted)).toEqual(["0", "14", "1,000", "1,234,567"]);
});
