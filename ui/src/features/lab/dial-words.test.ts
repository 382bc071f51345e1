import { describe, expect, it } from "vitest";
import type { DialKind } from "../../ipc/generated";
import { haltsOf, peopleOptions, spanWords, valueWords } from "./dial-words";

const number = (least: number, most: number, unit: "seconds" | "milliseconds" | "requests" | "one_in") =>
  ({ kind: "number", least, most, unit }) as const;

describe("where a slider halts", () => {
  it("never leaves the bounds that the core gave", () => {
    for (const kind of [
      number(1, 30 * 86_400, "seconds"),
      number(-86_400, 86_400, "seconds"),
      number(0, 3600, "seconds"),
      number(0, 120_000, "milliseconds"),
      number(0, 100, "requests"),
      number(0, 100, "one_in"),
    ]) {
      const halts = haltsOf(kind, kind.least);
      expect(Math.min(...halts)).toBe(kind.least);
      expect(Math.max(...halts)).toBe(kind.most);
      expect(new Set(halts).size).toBe(halts.length);
    }
  });

  it("can stand at a value that was set elsewhere", () => {
    expect(haltsOf(number(1, 3600, "seconds"), 77)).toEqual([
      1, 2, 5, 10, 30, 60, 77, 90, 120, 300, 600, 1800, 3600,
    ]);
  });

  it("goes both ways from zero where the clock may run behind", () => {
    const halts = haltsOf(number(-120, 120, "seconds"), 0);
    expect(halts).toEqual([-120, -90, -60, -30, -10, -5, -2, -1, 0, 1, 2, 5, 10, 30, 60, 90, 120]);
    expect(halts.some((each) => Object.is(each, -0))).toBe(false);
  });

  it("goes from never over rarely to every call", () => {
    expect(haltsOf(number(0, 100, "one_in"), 0)).toEqual([0, 100, 50, 20, 12, 8, 6, 4, 3, 2, 1]);
  });
});

describe("values in words", () => {
  it("says a span in the largest unit that counts it out", () => {
    expect([1, 60, 90, 120, 300, 3600, 5400, 86_400, 30 * 86_400].map(spanWords)).toEqual([
      "1 s",
      "60 s",
      "90 s",
      "2 min",
      "5 min",
      "1 h",
      "90 min",
      "1 day",
      "30 days",
    ]);
  });

  it.each<[DialKind, boolean | number | string, string]>([
    [number(-86_400, 86_400, "seconds"), 90, "+90 s"],
    [number(-86_400, 86_400, "seconds"), -3600, "−1 h"],
    [number(-86_400, 86_400, "seconds"), 0, "None"],
    [number(0, 3600, "seconds"), 0, "0 s"],
    [number(0, 120_000, "milliseconds"), 400, "400 ms"],
    [number(0, 120_000, "milliseconds"), 1500, "1.5 s"],
    [number(0, 100, "requests"), 3, "Next 3"],
    [number(0, 100, "one_in"), 12, "1 in 12"],
    [number(0, 100, "one_in"), 1, "Every call"],
    [{ kind: "switch" }, true, "on"],
    [
      { kind: "choice", options: [{ value: "same", name: "None: the old one stays" }] },
      "same",
      "None: the old one stays",
    ],
    [{ kind: "person" }, "", "Nobody: people choose"],
  ])("%j set to %j is “%s”", (kind, value, words) => {
    expect(valueWords(kind, value)).toBe(words);
  });

  it("offers everybody, nobody, and who is set but gone", () => {
    const ada = { email: "ada@lab.test", name: "Ada", behaviour: "says_yes" } as const;
    expect(peopleOptions([ada], "").map((each) => each.value)).toEqual(["", "ada@lab.test"]);
    expect(peopleOptions([ada], "ada@lab.test")).toHaveLength(2);
    expect(peopleOptions([ada], "max@lab.test").map((each) => each.value)).toEqual([
      "",
      "ada@lab.test",
      "max@lab.test",
    ]);
  });
});
