/** Two letters on a quiet colour, both taken from the name: the connector's face where it has no logo. */
export function Tile({ name, size = 24 }: { name: string; size?: 20 | 24 | 32 | 40 | 56 }) {
  const sized = size === 24 ? "" : ` mono-tile--${size}`;
  return (
    <span className={`mono-tile m${tileHue(name)}${sized}`} aria-hidden>
      {tileLetters(name)}
    </span>
  );
}

export function tileLetters(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const [first = "", second] = words;
  if (second) return `${[...first][0] ?? ""}${[...second][0] ?? ""}`.toUpperCase();
  const [a = "?", b = ""] = [...first];
  return a.toUpperCase() + b.toLowerCase();
}

export function tileHue(name: string): number {
  // FNV-1a, so that like names do not share a colour.
  let hash = 0x811c9dc5;
  for (const letter of name.toLowerCase()) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return ((hash >>> 8) % 6) + 1;
}
