import type { LucideIcon } from "lucide-react";

/** A decorative icon; what it means is written next to it or in the name of its button. */
export function Icon({
  of: Shape,
  size = 16,
  className,
}: {
  of: LucideIcon;
  size?: number;
  className?: string;
}) {
  return <Shape className={className ? `i ${className}` : "i"} size={size} aria-hidden focusable={false} />;
}
