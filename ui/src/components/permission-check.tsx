import { useId } from "react";

type PermissionCheckProps = {
  name: string;
  description?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
};

/** A permission to choose: its name, and what it allows below. */
export function PermissionCheck({ name, description, checked, onChange }: PermissionCheckProps) {
  const id = useId();
  return (
    <label className="check permission-check">
      <input
        type="checkbox"
        checked={checked}
        aria-describedby={description ? id : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <span>
        <span className="permission-check__name">{name}</span>
        {description && (
          <span className="hint permission-check__hint" id={id}>
            {description}
          </span>
        )}
      </span>
    </label>
  );
}
