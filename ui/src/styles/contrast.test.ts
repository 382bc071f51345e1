import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** Contrast of the tokens in both themes (WCAG 2.2, 1.4.3 and 1.4.11); rendered pages are checked by axe besides. */

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

function tokensOf(theme: "light" | "dark"): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, selector = "", body = ""] of css.matchAll(/([^{}]+)\{([^{}]*)\}/g)) {
    const isBase = /:root,\s*:root\[data-theme="light"\]/.test(selector);
    if (!isBase && !selector.includes(`[data-theme="${theme}"]`)) continue;
    for (const [, name = "", value = ""] of body.matchAll(/--(c-[a-z0-9-]+|m-\d[bt]):\s*(#[0-9a-f]{6})/g))
      found[name] = value;
  }
  return found;
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return ((high ?? 0) + 0.05) / ((low ?? 0) + 0.05);
}

const planes = ["c-canvas", "c-surface", "c-sunken", "c-raised", "c-hover", "c-hover-raised", "c-press", "c-selected"];
const statuses = ["ok", "warn", "bad", "lab"];

/** Text, and what it stands on: 4.5 to 1. */
const textPairs: [string, string][] = [
  ...["c-text", "c-text-2", "c-text-3", "c-accent-text"].flatMap((text) => planes.map((plane): [string, string] => [text, plane])),
  ...statuses.flatMap((status): [string, string][] => [
    [`c-${status}-text`, `c-${status}-soft`],
    ["c-text", `c-${status}-soft`],
    ["c-text-2", `c-${status}-soft`],
    ...["c-surface", "c-raised", "c-hover", "c-selected"].map((plane): [string, string] => [`c-${status}-text`, plane]),
  ]),
  ["c-off-text", "c-off-soft"],
  ["c-text-2", "c-off-soft"],
  ["c-accent-text", "c-accent-soft"],
  ...["c-accent", "c-accent-hover", "c-accent-press", "c-bad-solid", "c-bad-solid-hover"].map((fill): [string, string] => ["c-on-accent", fill]),
  ...[1, 2, 3, 4, 5, 6].map((hue): [string, string] => [`m-${hue}t`, `m-${hue}b`]),
];

/** Edges of controls, focus and status glyphs: 3 to 1. */
const partPairs = ["c-surface", "c-raised", "c-canvas"].flatMap((plane) =>
  ["c-control", "c-focus", "c-accent", "c-off", "c-cable", ...statuses.map((status) => `c-${status}`)].map(
    (part): [string, string] => [part, plane],
  ),
);

describe.each(["light", "dark"] as const)("in the %s theme", (theme) => {
  const tokens = tokensOf(theme);
  const below = (pairs: [string, string][], least: number) =>
    pairs
      .map(([front, back]) => {
        const [a, b] = [tokens[front], tokens[back]];
        if (!a || !b) throw new Error(`no token ${a ? back : front}`);
        return `${front} on ${back}: ${contrast(a, b).toFixed(2)}`;
      })
      .filter((line) => Number(line.split(": ")[1]) < least);

  it("text has a contrast of 4.5 at least", () => {
    expect(below(textPairs, 4.5)).toEqual([]);
  });

  it("edges, focus and status glyphs have a contrast of 3 at least", () => {
    expect(below(partPairs, 3)).toEqual([]);
  });
});
