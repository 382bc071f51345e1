import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Icon } from "./icon";

/** One sentence and one way on. */
export function Empty({
  icon,
  title,
  children,
  actions,
}: {
  icon?: LucideIcon;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <div className="empty">
      {icon && <Icon of={icon} size={24} className="t3" />}
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className="row empty__acts">{actions}</div>}
    </div>
  );
}
