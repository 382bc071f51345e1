import { type ReactNode, useState } from "react";
import { type FieldFrameProps, TextField } from "../../components/field";
import { type Option, Select } from "../../components/select";
import { SwitchLine } from "../../components/toggles";
import type { JsonValue, ProblemView } from "../../ipc/generated";
import { asList, asText } from "../../lib/json";
import type { Draft } from "./use-draft";

export function problemText(problem: ProblemView | undefined): string | undefined {
  return problem && `${problem.message} ${problem.remedy}`;
}

type BoundProps = Omit<FieldFrameProps, "problem"> & { draft: Draft; pointer: string };

type DraftTextProps = BoundProps & {
  mono?: boolean;
  rows?: number;
  placeholder?: string;
  tail?: ReactNode;
  readOnly?: boolean;
  autoFocus?: boolean;
  /** Also shows the problems of these, as of a member that the field stands for. */
  also?: readonly string[];
  onChange?: (text: string) => void;
};

/** A text of the draft. An emptied optional one is taken out of the document. */
export function DraftText({ draft, pointer, also = [], onChange, ...field }: DraftTextProps) {
  const problem = [pointer, ...also].map((each) => draft.problem(each)).find(Boolean);
  return (
    <TextField
      {...field}
      value={draft.text(pointer)}
      onChange={onChange ?? ((text) => draft.set(pointer, text === "" && field.optional ? undefined : text))}
      onBlur={() => {
        draft.leave(pointer);
        for (const each of also) draft.leave(each);
      }}
      problem={problemText(problem)}
    />
  );
}

type DraftListProps = BoundProps & {
  placeholder?: string;
  mono?: boolean;
  parse?: (part: string) => JsonValue;
};

/** A list of the draft, typed with commas. The text stays as it is typed; the document has the parts. */
export function DraftList({ draft, pointer, parse = (part) => part, ...field }: DraftListProps) {
  const list = asList(draft.value(pointer));
  const joined = list.map(asText).join(", ");
  const [typed, setTyped] = useState<string | null>(null);
  const problem =
    draft.problem(pointer) ?? list.map((_, index) => draft.problem(`${pointer}/${index}`)).find(Boolean);
  return (
    <TextField
      {...field}
      value={typed ?? joined}
      onChange={(text) => {
        setTyped(text);
        const parts = text
          .split(/[,\n]/)
          .map((part) => part.trim())
          .filter(Boolean);
        draft.set(pointer, parts.length > 0 ? parts.map(parse) : undefined);
      }}
      onBlur={() => {
        setTyped(null);
        draft.leave(pointer);
        list.forEach((_, index) => draft.leave(`${pointer}/${index}`));
      }}
      problem={problemText(problem)}
    />
  );
}

type DraftSelectProps<T extends string> = {
  draft: Draft;
  pointer: string;
  label: string;
  /** Named in the head of what surrounds it. */
  labelHidden?: boolean;
  options: readonly Option<T>[];
  /** What counts where nothing is written; it is left out of the document. */
  fallback: T;
  hint?: string;
  className?: string;
  onChange?: (value: T) => void;
};

/** One of a few words of the draft. */
export function DraftSelect<T extends string>({
  draft,
  pointer,
  fallback,
  onChange,
  ...field
}: DraftSelectProps<T>) {
  const value = draft.text(pointer);
  const chosen = field.options.find((option) => option.id === value)?.id ?? (value === "" ? fallback : null);
  return (
    <Select
      {...field}
      value={chosen}
      onChange={onChange ?? ((next) => draft.set(pointer, next === fallback ? undefined : next))}
      onBlur={() => draft.leave(pointer)}
      problem={problemText(draft.problem(pointer))}
    />
  );
}

type DraftSwitchProps = { draft: Draft; pointer: string; label: string; hint?: string; fallback?: boolean };

/** A yes or no of the draft; what is as it would be anyway is left out of the document. */
export function DraftSwitch({ draft, pointer, label, hint, fallback = false }: DraftSwitchProps) {
  const value = draft.value(pointer);
  return (
    <SwitchLine
      label={label}
      hint={hint}
      checked={typeof value === "boolean" ? value : fallback}
      onChange={(on) => draft.set(pointer, on === fallback ? undefined : on)}
    />
  );
}

/** A group of fields under its title. */
export function FieldSet({
  title,
  lead,
  aside,
  children,
}: {
  title: string;
  lead?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="fs" aria-label={title}>
      <div className="row">
        <h2 className="grow">{title}</h2>
        {aside}
      </div>
      {lead && <p className="lead">{lead}</p>}
      {children}
    </section>
  );
}
