import { CircleAlert, Eye, EyeOff } from "lucide-react";
import {
  type ChangeEvent,
  type HTMLInputTypeAttribute,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
  useId,
  useState,
} from "react";
import { texts } from "../texts/common";
import { IconButton } from "./button";
import { Icon } from "./icon";

export type FieldFrameProps = {
  label: string;
  optional?: boolean;
  /** A few words beside the label. */
  aside?: ReactNode;
  hint?: ReactNode;
  /** Replaces the hint while something is wrong. */
  problem?: ReactNode;
  className?: string;
};

/** Label above, control, one line of help below; a problem takes the place of the help. */
export function FieldFrame({
  label,
  optional,
  aside,
  hint,
  problem,
  className = "",
  control,
}: FieldFrameProps & {
  control: (ids: { id: string; describedBy?: string; invalid: boolean }) => ReactNode;
}) {
  const id = useId();
  const helpId = `${id}-help`;
  const invalid = Boolean(problem);
  return (
    <div className={`field${className && ` ${className}`}`}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="opt">{texts.optional}</span>}
        {aside}
      </label>
      {control({ id, describedBy: problem || hint ? helpId : undefined, invalid })}
      {problem ? (
        <ProblemLine id={helpId}>{problem}</ProblemLine>
      ) : (
        hint && (
          <div className="hint" id={helpId}>
            {hint}
          </div>
        )
      )}
    </div>
  );
}

export function ProblemLine({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <span className="hint hint--bad" id={id} role="alert">
      <Icon of={CircleAlert} size={14} />
      <span>{children}</span>
    </span>
  );
}

type TextFieldProps = FieldFrameProps & {
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => void;
  type?: HTMLInputTypeAttribute;
  mono?: boolean;
  rows?: number;
  placeholder?: string;
  readOnly?: boolean;
  disabled?: boolean;
  autoFocus?: boolean;
  maxLength?: number;
  /** Controls at the right end, inside the field. */
  tail?: ReactNode;
  spellCheck?: boolean;
  inputRef?: Ref<HTMLInputElement>;
};

export function TextField(props: TextFieldProps) {
  const { value, onChange, rows, mono, tail, inputRef, type = "text", spellCheck, ...rest } = props;
  const change = (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange(event.target.value);
  return (
    <FieldFrame
      {...rest}
      control={({ id, describedBy, invalid }) => {
        const shared = {
          id,
          value,
          onChange: change,
          onBlur: rest.onBlur,
          onKeyDown: rest.onKeyDown,
          placeholder: rest.placeholder,
          readOnly: rest.readOnly,
          disabled: rest.disabled,
          maxLength: rest.maxLength,
          autoFocus: rest.autoFocus,
          "aria-invalid": invalid || undefined,
          "aria-describedby": describedBy,
          autoComplete: "off",
          autoCapitalize: "off",
          autoCorrect: "off",
          spellCheck: spellCheck ?? (!mono && Boolean(rows)),
        };
        if (rows) {
          return <textarea {...shared} rows={rows} className={`textarea${mono ? " input--mono" : ""}`} />;
        }
        const input = (
          <input {...shared} ref={inputRef} type={type} className={`input${mono ? " input--mono" : ""}`} />
        );
        return tail ? (
          <div className="affix affix--tail">
            {input}
            <span className="tail">{tail}</span>
          </div>
        ) : (
          input
        );
      }}
    />
  );
}

/** A field for a secret: the eye shows what is being typed, nothing else ever does. */
export function SecretField(props: Omit<TextFieldProps, "type" | "tail" | "rows" | "spellCheck">) {
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      type={shown ? "text" : "password"}
      mono={shown}
      tail={
        <IconButton
          size="sm"
          icon={shown ? EyeOff : Eye}
          label={shown ? texts.hideTyped(props.label) : texts.showTyped(props.label)}
          isDisabled={props.disabled}
          onPress={() => setShown(!shown)}
        />
      }
    />
  );
}
