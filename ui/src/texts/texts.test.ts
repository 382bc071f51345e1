import { expect, it } from "vitest";

const catalogue = import.meta.glob<Record<string, unknown>>("./*.ts", { eager: true });

/** Every sentence of the catalogue; sentences with a gap are filled with a number and a word. */
function* sentences(value: unknown, path: string): Generator<[string, string]> {
  if (typeof value === "string") yield [path, value];
  else if (typeof value === "function") yield [path, String(value(2, "name"))];
  else if (typeof value === "object" && value !== null)
    for (const [key, each] of Object.entries(value)) yield* sentences(each, `${path}.${key}`);
}

const all = Object.entries(catalogue)
  .filter(([file]) => !file.endsWith(".test.ts"))
  .flatMap(([file, module]) => [...sentences(module.texts, file)]);

it("has sentences", () => {
  expect(all.length).toBeGreaterThan(200);
});

it("says nothing in words that are not ours", () => {
  const banned =
    /\b(please|oops|invalid|successful(ly)?|simply|just(?! now)|slug|callback|vendor|provider|log in|login)\b/i;
  expect(all.filter(([, text]) => banned.test(text))).toEqual([]);
});

it("spells as Oxford does", () => {
  const american = /\b(authoris|organis|recognis|behavior|color\b|catalog\b)/i;
  expect(all.filter(([, text]) => american.test(text))).toEqual([]);
});

it("uses real apostrophes, quotation marks and ellipses", () => {
  expect(all.filter(([, text]) => /\w'\w|"|\.\.\./.test(text))).toEqual([]);
});
