/** Where two addresses differ first. A service compares them character by character, and so do we. */
export type Comparison =
  | { same: true }
  | {
      same: false;
      /** Which character, counted from 1. */
      at: number;
      /** What both begin with. */
      before: string;
      /** The character and what follows; empty where the address has ended. */
      ours: string;
      theirs: string;
      hint: Hint | null;
    };

/** What the difference most likely is. */
export type Hint = "blank" | "scheme" | "host" | "slash" | "case" | "port";

export function compare(ours: string, theirs: string): Comparison {
  if (ours === theirs) return { same: true };
  const a = [...ours];
  const b = [...theirs];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return {
    same: false,
    at: at + 1,
    before: a.slice(0, at).join(""),
    ours: a.slice(at).join(""),
    theirs: b.slice(at).join(""),
    hint: hintOf(ours, theirs),
  };
}

function hintOf(ours: string, theirs: string): Hint | null {
  if (theirs.trim() === ours) return "blank";
  if (theirs.replace(/\/$/, "") === ours.replace(/\/$/, "")) return "slash";
  if (theirs.toLowerCase() === ours.toLowerCase()) return "case";
  const [mine, other] = [partsOf(ours), partsOf(theirs)];
  if (!mine || !other) return null;
  if (mine.scheme !== other.scheme) return "scheme";
  if (mine.host !== other.host) return "host";
  return mine.port === other.port ? null : "port";
}

function partsOf(address: string) {
  const found = address.match(/^([a-z][a-z0-9+.-]*):\/\/(\[[^\]]*\]|[^:/?#]*)(?::(\d+))?/i);
  return found && { scheme: found[1], host: found[2], port: found[3] };
}
