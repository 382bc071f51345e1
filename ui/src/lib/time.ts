import { texts } from "../texts/time";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Making a format takes a hundred times as long as using it. */
const format = (options: Intl.DateTimeFormatOptions) => {
  let made: Intl.DateTimeFormat | undefined;
  return (at: Date) => (made ??= new Intl.DateTimeFormat("en-GB", options)).format(at);
};
const inHours = format({ hour: "2-digit", minute: "2-digit" });
const inSeconds = format({ timeStyle: "medium" });
const asDay = format({ day: "numeric", month: "short" });
const asDayOfYear = format({ day: "numeric", month: "short", year: "numeric" });
const inFull = format({ dateStyle: "full", timeStyle: "long" });

/** How long ago: `2 min ago`, the clock time beyond a day is left to the date. */
export function ago(at: string, now: number): string {
  const past = now - Date.parse(at);
  if (past < MINUTE) return texts.justNow;
  if (past < HOUR) return texts.minutesAgo(Math.floor(past / MINUTE));
  if (past < DAY) return texts.hoursAgo(Math.floor(past / HOUR));
  return day(at, now);
}

/** How long it lasts yet: `9 min left`, `2 days left`. */
export function left(at: string, now: number): string {
  const rest = Date.parse(at) - now;
  if (rest <= 0) return texts.ended;
  if (rest < HOUR) return texts.minutesLeft(Math.max(1, Math.floor(rest / MINUTE)));
  if (rest < 2 * DAY) return texts.hoursLeft(Math.floor(rest / HOUR));
  return texts.daysLeft(Math.floor(rest / DAY));
}

/** When: the clock time within the day, `Yesterday, 22:12`, else the date with the time. */
export function moment(at: string, now: number): string {
  const then = new Date(at);
  const clock = inHours(then);
  const days = daysBetween(then, new Date(now));
  if (days === 0) return clock;
  if (days === 1) return texts.yesterday(clock);
  return `${day(at, now)}, ${clock}`;
}

/** The clock time to the second, for a timeline. */
export function clockTime(at: string): string {
  return inSeconds(new Date(at));
}

/** What is left until then, as a clock counts down: `9:42`. */
export function countdown(until: string, now: number): string {
  const seconds = Math.max(0, Math.floor((Date.parse(until) - now) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The date, with the year only when it is another one. */
function day(at: string, now: number): string {
  const then = new Date(at);
  const sameYear = then.getFullYear() === new Date(now).getFullYear();
  return sameYear ? asDay(then) : asDayOfYear(then);
}

/** The whole instant with its zone, for tooltips. */
export function fullMoment(at: string): string {
  return inFull(new Date(at));
}

function daysBetween(a: Date, b: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(b) - midnight(a)) / DAY);
}
