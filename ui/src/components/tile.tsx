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
  let sum = 0;
  for (const letter of name.toLowerCase()) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973;
  return (sum % 6) + 1;
}
