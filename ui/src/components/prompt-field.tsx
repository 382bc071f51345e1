import type { ReactNode } from "react";
import type { PromptView } from "../ipc/generated";
import { texts } from "../texts/prompt";
import { SecretField, TextField } from "./field";
import { Select } from "./select";

type PromptFieldProps = {
  prompt: PromptView;
  value: string;
  onChange: (value: string) => void;
  onBlur?: () => void;
  problem?: string;
  autoFocus?: boolean;
  /** Said instead of the prompt's own help. */
  hint?: ReactNode;
  placeholder?: string;
};

/** One thing that a connection is asked, in the control of its kind. */
export function PromptField({
  prompt,
  value,
  onChange,
  onBlur,
  problem,
  autoFocus,
  hint,
  placeholder,
}: PromptFieldProps) {
  const doubt =
    prompt.looks_like && value !== "" && !value.startsWith(prompt.looks_like)
      ? texts.looksLike(prompt.name, prompt.looks_like)
      : null;
  const shared = {
    label: prompt.name,
    optional: prompt.optional,
    value,
    onChange,
    onBlur,
    problem,
    autoFocus,
    placeholder: placeholder ?? prompt.example ?? undefined,
    hint: doubt ? <span className="t-warn">{doubt}</span> : (hint ?? prompt.help ?? undefined),
  };
  if (prompt.secret) return <SecretField {...shared} />;
  switch (prompt.kind) {
    case "list":
    case "boolean": {
      const options =
        prompt.kind === "boolean" ? texts.yesNo : prompt.options.map((id) => ({ id, name: id }));
      return (
        <Select
          label={prompt.name}
          optional={prompt.optional}
          options={options}
          value={options.find((option) => option.id === value)?.id ?? null}
          onChange={onChange}
          onBlur={onBlur}
          problem={problem}
          hint={prompt.help ?? undefined}
        />
      );
    }
    case "date":
      return <TextField {...shared} type="date" />;
    case "number":
      return <TextField {...shared} mono />;
    default:
      return <TextField {...shared} />;
  }
}
