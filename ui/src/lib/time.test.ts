import { expect, it } from "vitest";
import { ago, countdown, left, moment } from "./time";

const now = new Date(2026, 10, 22, 12, 0, 0).getTime();
const at = (minutes: number) => new Date(now + minutes * 60_000).toISOString();

it.each([
  [0, "Just now"],
  [-2, "2 min ago"],
  [-180, "3 h ago"],
  [-60 * 24 * 3, "19 Nov"],
  [-60 * 24 * 400, "18 Oct 2025"],
])("what was %d minutes from now is told as %s", (minutes, said) => {
  expect(ago(at(minutes), now)).toBe(said);
});

it.each([
  [9.5, "9 min left"],
  [0.5, "1 min left"],
  [60 * 5, "5 h left"],
  [60 * 49, "2 days left"],
  [-1, "Ended"],
])("what ends in %d minutes is told as %s", (minutes, said) => {
  expect(left(at(minutes), now)).toBe(said);
});

it.each([
  [-80, "10:40"],
  [-60 * 14, "Yesterday, 22:00"],
  [-60 * 24 * 13, "9 Nov, 12:00"],
])("the moment %d minutes from now is %s", (minutes, said) => {
  expect(moment(at(minutes), now)).toBe(said);
});

it("counts down to the second, and no further than nothing", () => {
  const from = Date.parse("2026-11-22T10:00:00Z");
  expect(countdown("2026-11-22T10:09:42Z", from)).toBe("9:42");
  expect(countdown("2026-11-22T10:00:05Z", from)).toBe("0:05");
  expect(countdown("2026-11-22T09:00:00Z", from)).toBe("0:00");
});
