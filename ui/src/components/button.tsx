import type { LucideIcon } from "lucide-react";
import type { ReactNode, Ref } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { Icon } from "./icon";
import { Tip } from "./tooltip";

export type ButtonKind = "default" | "primary" | "ghost" | "danger" | "ghost-danger" | "danger-solid";

const kinds: Record<ButtonKind, string> = {
  default: "",
  primary: " btn--primary",
  ghost: " btn--ghost",
  danger: " btn--danger",
  "ghost-danger": " btn--ghost btn--danger",
  "danger-solid": " btn--danger-solid",
};

type ButtonProps = Omit<AriaButtonProps, "children" | "className" | "style" | "isPending"> & {
  children?: ReactNode;
  kind?: ButtonKind;
  size?: "sm" | "md" | "lg";
  icon?: LucideIcon;
  iconAfter?: LucideIcon;
  /** While its work runs: a spinner stands where the icon was, and presses do nothing. */
  busy?: boolean;
  /** Stays focusable and does nothing; `aria-describedby` names the reason that is written next to it. */
  unavailable?: boolean;
  className?: string;
  ref?: Ref<HTMLButtonElement>;
};

export function Button({
  children,
  kind = "default",
  size = "md",
  icon,
  iconAfter,
  busy = false,
  unavailable = false,
  className = "",
  onPress,
  ...rest
}: ButtonProps) {
  const sized = size === "md" ? "" : ` btn--${size}`;
  const bare = children === undefined ? " btn--icon" : "";
  return (
    <AriaButton
      {...rest}
      {...(unavailable || busy ? { "aria-disabled": true, type: "button" } : { onPress })}
      aria-busy={busy || undefined}
      className={`btn${kinds[kind]}${sized}${bare}${className && ` ${className}`}`}
    >
      {busy ? <span className="spin" /> : icon && <Icon of={icon} />}
      {children}
      {iconAfter && <Icon of={iconAfter} size={14} />}
    </AriaButton>
  );
}

type IconButtonProps = Omit<ButtonProps, "children" | "icon" | "iconAfter"> & {
  icon: LucideIcon;
  /** The button's name, which is also its tooltip. */
  label: string;
  shortcut?: string;
  tip?: boolean;
};

export function IconButton({ icon, label, shortcut, tip = true, kind = "ghost", ...rest }: IconButtonProps) {
  const button = <Button {...rest} kind={kind} icon={icon} aria-label={label} />;
  return tip ? (
    <Tip text={label} shortcut={shortcut}>
      {button}
    </Tip>
  ) : (
    button
  );
}
