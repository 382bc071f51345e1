import type { ReactElement } from "react";
import { Tooltip, TooltipTrigger } from "react-aria-components";

/** Names an icon button after half a second; never the only place where something is said. */
export function Tip({
  text,
  shortcut,
  children,
}: {
  text: string;
  shortcut?: string;
  children: ReactElement;
}) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <Tooltip className="tip" offset={6}>
        {text}
        {shortcut && <span className="t-key">{shortcut}</span>}
      </Tooltip>
    </TooltipTrigger>
  );
}
