import type { ReactNode } from "react";

/** The shapes of the status glyph. Shape carries the meaning, colour repeats it. */
export type JackShape = "ok" | "warn" | "bad" | "off" | "lab" | "busy" | "waiting" | "disabled";

const ring = <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />;
const checking = (
  <>
    <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeOpacity=".28" strokeWidth="1.5" />
    <path
      className="arc"
      d="M8 1.75A6.25 6.25 0 0 1 14.25 8"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
    />
  </>
);

const shapes: Record<JackShape, ReactNode> = {
  ok: (
    <path
      fill="currentColor"
      fillRule="evenodd"
      d="M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 4.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2Z"
    />
  ),
  warn: (
    <>
      {ring}
      <path fill="currentColor" d="M8 1.5a6.5 6.5 0 0 1 0 13v-3.9a2.6 2.6 0 0 0 0-5.2Z" />
    </>
  ),
  bad: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path className="cut" d="M8 4.4v4.1" strokeWidth="1.8" strokeLinecap="round" />
      <circle className="cut" cx="8" cy="11.4" r=".6" strokeWidth=".7" />
    </>
  ),
  off: ring,
  lab: (
    <>
      <circle
        cx="8"
        cy="8"
        r="6.2"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeDasharray="2.87 2"
        strokeDashoffset="1.4"
      />
      <circle cx="8" cy="8" r="2" fill="currentColor" />
    </>
  ),
  busy: checking,
  waiting: checking,
  disabled: (
    <>
      {ring}
      <path
        d="M3.9 12.1 12.1 3.9"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </>
  ),
};

/** A connection's state. Give it a label unless the state is written next to it. */
export function Jack({ shape, label, small = false }: { shape: JackShape; label?: string; small?: boolean }) {
  return (
    <svg
      className={`jack jack--${shape}${small ? " jack--12" : ""}`}
      viewBox="0 0 16 16"
      {...(label ? { role: "img", "aria-label": label } : { "aria-hidden": true })}
    >
      {shapes[shape]}
    </svg>
  );
}
