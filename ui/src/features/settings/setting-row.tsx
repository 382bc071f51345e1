import type { ReactNode } from "react";

/** One setting: name and effect at the left, its control at the right. */
export function SettingRow({
  name,
  hint,
  children,
}: {
  name: string;
  hint?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="setrow">
      <div>
        <p className="med">{name}</p>
        {hint && <p className="hint wrap">{hint}</p>}
      </div>
      {children}
    </div>
  );
}
