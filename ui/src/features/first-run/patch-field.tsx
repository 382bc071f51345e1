const upper = Array.from({ length: 13 }, (_, index) => 24 + index * 52);
const lower = Array.from({ length: 12 }, (_, index) => 50 + index * 52);
const from = { x: 180, y: 20 };
const to = { x: 466, y: 60 };

/** Two rows of jacks, and the one cable. */
export function PatchField() {
  const sockets = [...upper.map((x) => ({ x, y: 20 })), ...lower.map((x) => ({ x, y: 60 }))].filter(
    ({ x, y }) => !(x === from.x && y === from.y) && !(x === to.x && y === to.y),
  );
  return (
    <svg className="patchfield" viewBox="0 0 672 144" aria-hidden>
      {sockets.map(({ x, y }) => (
        <g key={`${x}-${y}`} className="patchfield__socket">
          <circle cx={x} cy={y} r="9" />
          <circle cx={x} cy={y} r="2.5" className="hole" />
        </g>
      ))}
      <path d="M180 20C182 160 460 168 466 60" className="patchfield__cable" />
      {[from, to].map(({ x, y }) => (
        <g key={x} className="patchfield__plug">
          <circle cx={x} cy={y} r="9" />
          <circle cx={x} cy={y} r="4.5" className="tip-end" />
        </g>
      ))}
    </svg>
  );
}
