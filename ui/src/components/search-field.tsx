import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { hasCommand, isTyping } from "../lib/keys";
import { Icon } from "./icon";

const PAUSE_MS = 120;

type SearchFieldProps = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  autoFocus?: boolean;
  wide?: boolean;
  placeholder?: string;
};

/** Searches the view a moment after typing. `/` and Ctrl F lead here. */
export function SearchField({
  label,
  value,
  onChange,
  disabled,
  autoFocus,
  wide,
  placeholder,
}: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const [told, setTold] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  if (value !== told) {
    // Changed from outside, as by going back or by clearing the filters.
    setTold(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === told) return;
    const timer = setTimeout(() => {
      setTold(typed);
      onChange(typed);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, told, onChange]);
  useEffect(() => {
    const lead = (event: KeyboardEvent) => {
      const slash = event.key === "/" && !isTyping(event);
      const find = hasCommand(event) && event.key.toLowerCase() === "f";
      if (!slash && !find) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", lead);
    return () => document.removeEventListener("keydown", lead);
  }, []);
  return (
    <div className={wide ? "affix" : "affix affix--search"}>
      <Icon of={Search} size={14} />
      <input
        ref={input}
        className="input"
        type="search"
        placeholder={placeholder ?? label}
        aria-label={label}
        value={typed}
        disabled={disabled}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- only where a dialog opens on it
        autoFocus={autoFocus}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape" && typed) {
            event.stopPropagation();
            setTyped("");
          }
        }}
      />
    </div>
  );
}
