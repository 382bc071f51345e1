import type { ReactNode } from "react";

/** One line of a list: what it does at the left, its controls at the right. */
export function ActLine({ name, hint, children }: { name: string; hint: string; children: ReactNode }) {
  return (
    <div className="line-opt">
      <div>
        <p className="med">{name}</p>
        <p className="hint">{hint}</p>
      </div>
      <span className="row row-1">{children}</span>
    </div>
  );
}
