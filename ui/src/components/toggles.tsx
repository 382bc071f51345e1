import { type ReactNode, useEffect, useId, useRef } from "react";

type CheckboxProps = {
  checked: boolean;
  mixed?: boolean;
  onChange: (checked: boolean) => void;
  /** Written beside the box; with `labelHidden` it is only the box's name. */
  label: string;
  labelHidden?: boolean;
  disabled?: boolean;
  tabIndex?: number;
};

/** Waits for a button; a switch acts at once. */
export function Checkbox({
  checked,
  mixed = false,
  onChange,
  label,
  labelHidden,
  disabled,
  tabIndex,
}: CheckboxProps) {
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (ref.current) ref.current.indeterminate = mixed;
  }, [mixed]);
  const box = (
    <input
      ref={ref}
      type="checkbox"
      className={mixed ? "cb is-mixed" : "cb"}
      checked={checked}
      disabled={disabled}
      tabIndex={tabIndex}
      onChange={(event) => onChange(event.target.checked)}
      aria-label={labelHidden ? label : undefined}
    />
  );
  return labelHidden ? (
    box
  ) : (
    <label className="check">
      {box}
      {label}
    </label>
  );
}

type SwitchProps = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: string;
  disabled?: boolean;
};

/** A switch alone, where what it does is written around it. */
export function Switch({ checked, onChange, label, disabled }: SwitchProps) {
  return (
    <span className="switch">
      <input
        type="checkbox"
        role="switch"
        checked={checked}
        aria-checked={checked}
        aria-label={label}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span />
    </span>
  );
}

type SwitchLineProps = Omit<SwitchProps, "disabled"> & {
  hint?: ReactNode;
  /** Stands before the switch. */
  aside?: ReactNode;
};

/** One line of a list of switches: what it does at the left, the switch at the right. It acts at once. */
export function SwitchLine({ checked, onChange, label, hint, aside }: SwitchLineProps) {
  const id = useId();
  return (
    <div className="line-opt">
      <div>
        <label className="med" htmlFor={id}>
          {label}
        </label>
        {hint && (
          <p className="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
      {aside}
      <span className="switch">
        <input
          id={id}
          type="checkbox"
          role="switch"
          checked={checked}
          aria-checked={checked}
          onChange={(event) => onChange(event.target.checked)}
          aria-describedby={hint ? `${id}-hint` : undefined}
        />
        <span />
      </span>
    </div>
  );
}
