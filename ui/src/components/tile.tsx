export type TileProps = { name: string; size?: 20 | 24 | 32 | 40 | 56; logo?: string };

/** The face of a connector: its logo, or two letters on a quiet colour, both taken from the name. */
export function Tile({ name, size = 24, logo }: TileProps) {
  const sized = size === 24 ? "" : ` mono-tile--${size}`;
  // A draft from a file may name a picture that did not come with it.
  if (logo?.startsWith("data:image/")) {
    return <img className={`mono-tile mono-tile--logo${sized}`} src={logo} alt="" draggable={false} />;
  }
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
