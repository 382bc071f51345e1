import { texts } from "../texts/connection";
import { Select } from "./select";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] as const;

type RequestLineProps = {
  method: string;
  path: string;
  onMethod: (method: string) => void;
  onPath: (path: string) => void;
  onBlur?: () => void;
  invalid?: boolean;
  describedBy?: string;
  pathLabel?: string;
};

/** Method and path, joined. */
export function RequestLine(props: RequestLineProps) {
  return (
    <div className="join grow">
      <Select
        label={texts.try.method}
        labelHidden
        className="method-select"
        options={methods.map((id) => ({ id, name: id }))}
        value={methods.find((id) => id === props.method) ?? null}
        onChange={props.onMethod}
      />
      <input
        className="input input--mono"
        aria-label={props.pathLabel ?? texts.try.path}
        aria-invalid={props.invalid || undefined}
        aria-describedby={props.describedBy}
        value={props.path}
        placeholder="/"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => props.onPath(event.target.value)}
        onBlur={props.onBlur}
      />
    </div>
  );
}
