import type { DialKind, DialOption, DialUnit, DialValue, PersonView } from "../../ipc/generated";
import { texts } from "../../texts/lab";

type NumberKind = Extract<DialKind, { kind: "number" }>;

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Where a slider halts. Close together where little changes much, so that a second and a month fit on one. */
const halts: Record<DialUnit, readonly number[]> = {
  seconds: [
    0,
    1,
    2,
    5,
    10,
    30,
    60,
    90,
    120,
    300,
    600,
    1800,
    HOUR,
    2 * HOUR,
    4 * HOUR,
    8 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
    30 * DAY,
  ],
  milliseconds: [0, 100, 200, 400, 800, 1500, 3000, 5000, 10_000, 20_000, 30_000, 60_000, 120_000],
  requests: [0, 1, 2, 3, 4, 5, 10, 20, 50, 100],
  one_in: [0, 1, 2, 3, 4, 6, 8, 12, 20, 50, 100],
};

/** The values that a slider of this behaviour can take, mildest first; what it is set to is always one of them. */
export function haltsOf({ least, most, unit }: NumberKind, value: number): number[] {
  const mirrored = least < 0 ? halts[unit].map((each) => -each) : [];
  const all = [...mirrored, ...halts[unit], least, most, value].map((each) => each || 0);
  const within = [...new Set(all)].filter((each) => each >= least && each <= most).toSorted((a, b) => a - b);
  // One in a hundred is milder than one in two.
  return unit === "one_in"
    ? [...within.filter((each) => each === 0), ...within.filter((each) => each > 0).toReversed()]
    : within;
}

/** A span of time in the largest unit that counts it out: `90 s`, `5 min`, `30 days`. */
export function spanWords(seconds: number): string {
  const { units } = texts;
  const size = Math.abs(seconds);
  const [unit, length] =
    size >= DAY && size % DAY === 0
      ? [units.days, DAY]
      : size >= HOUR && size % HOUR === 0
        ? [units.hours, HOUR]
        : size >= 2 * MINUTE && size % MINUTE === 0
          ? [units.minutes, MINUTE]
          : [units.seconds, 1];
  return unit(String(seconds / length));
}

function numberWords({ least, unit }: NumberKind, value: number): string {
  const { units } = texts;
  switch (unit) {
    case "seconds":
      if (least >= 0) return spanWords(value);
      if (value === 0) return units.none;
      return `${value > 0 ? "+" : "−"}${spanWords(Math.abs(value))}`;
    case "milliseconds":
      if (value === 0) return units.none;
      return value < 1000 ? units.milliseconds(String(value)) : spanWords(value / 1000);
    case "requests":
      return value === 0 ? units.none : units.requests(value);
    case "one_in":
      return value === 0 ? units.none : units.oneIn(value);
  }
}

/** The people that can be chosen to sign in by themselves; an e-mail that nobody has any more stays to be seen. */
export function peopleOptions(people: readonly PersonView[], value: DialValue): DialOption[] {
  const known = people.map(({ email }) => ({ value: email, name: email }));
  const gone = typeof value === "string" && value !== "" && !people.some(({ email }) => email === value);
  return [{ value: "", name: texts.behaviour.nobody }, ...known, ...(gone ? [{ value, name: value }] : [])];
}

/** What a behaviour is set to, as people say it. */
export function valueWords(kind: DialKind, value: DialValue): string {
  switch (kind.kind) {
    case "switch":
      return value === true ? texts.behaviour.on : texts.behaviour.off;
    case "number":
      return numberWords(kind, Number(value));
    case "choice":
      return kind.options.find((each) => each.value === value)?.name ?? String(value);
    case "person":
      return value === "" ? texts.behaviour.nobody : String(value);
  }
}
