import { type CSSProperties, type ReactNode, useId, useRef, useState } from "react";

const PAUSE_MS = 150;

type SliderProps = {
  label: string;
  hint: string;
  /** The values that it halts at, in order. */
  halts: readonly number[];
  value: number;
  /** A value in words. */
  say: (value: number) => string;
  /** Told a moment after the last move; resolves when `value` is what it became. */
  onChange: (value: number) => Promise<unknown>;
  /** Stands before the slider. */
  aside?: ReactNode;
};

/** A number as a place between the least and the most; what it is stands beside it in words. */
export function Slider({ label, hint, halts, value, say, onChange, aside }: SliderProps) {
  const id = useId();
  const [moved, setMoved] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const move = (next: number) => {
    setMoved(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      // Moved on meanwhile, it waits for the later one.
      void onChange(next).then(() => setMoved((now) => (now === next ? null : now)));
    }, PAUSE_MS);
  };
  const shown = moved ?? value;
  const last = halts.length - 1;
  const index = Math.max(0, halts.indexOf(shown));
  // The filled part begins at zero, wherever that stands.
  const zero = Math.max(0, halts.indexOf(0));
  const place = (at: number) => `${(at / Math.max(1, last)) * 100}%`;
  const words = say(shown);
  return (
    <div className="line-opt">
      <div>
        <label className="med" htmlFor={id}>
          {label}
        </label>
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      </div>
      {aside}
      <input
        id={id}
        type="range"
        className="slider"
        style={{ "--a": place(Math.min(zero, index)), "--v": place(Math.max(zero, index)) } as CSSProperties}
        min={0}
        max={last}
        step={1}
        value={index}
        aria-valuetext={words}
        aria-describedby={`${id}-hint`}
        onChange={(event) => move(halts[Number(event.target.value)] ?? value)}
      />
      <span className="slider__value num t2" aria-hidden>
        {words}
      </span>
    </div>
  );
}
