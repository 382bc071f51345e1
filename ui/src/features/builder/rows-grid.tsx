import { X } from "lucide-react";
import { type KeyboardEvent, useRef } from "react";
import { IconButton } from "../../components/button";
import { ProblemLine } from "../../components/field";
import { type Option, Select } from "../../components/select";
import { Checkbox } from "../../components/toggles";
import type { JsonObject, JsonValue } from "../../ipc/generated";
import { asList, asObject, asText } from "../../lib/json";
import { hasCommand } from "../../lib/keys";
import { texts } from "../../texts/builder";
import { problemText } from "./draft-fields";
import type { Draft } from "./use-draft";

export type Column = { head: string; width: string } & (
  | {
      kind: "text";
      key: string;
      mono?: boolean;
      read?: (row: JsonObject) => string;
      write?: (row: JsonObject, text: string) => JsonObject;
    }
  | {
      kind: "select";
      key: string;
      options: readonly Option<string>[];
      read: (row: JsonObject) => string;
      write: (row: JsonObject, id: string) => JsonObject;
    }
  | {
      kind: "check";
      key: string;
      read: (row: JsonObject) => boolean;
      write: (row: JsonObject, on: boolean) => JsonObject;
      label: (name: string) => string;
    }
);

type RowsGridProps = {
  draft: Draft;
  pointer: string;
  label: string;
  columns: readonly Column[];
  addText: string;
  nameOf: (row: JsonObject) => string;
  /** The row that typing in the empty last one makes. */
  newRow: (text: string) => JsonObject;
  current: number;
  onCurrent: (index: number) => void;
};

/** A list of the draft as an editable grid. The last row is always an empty one; typing there makes it real. */
export function RowsGrid(props: RowsGridProps) {
  const { draft, pointer, columns, nameOf } = props;
  const rows = asList(draft.value(pointer)).map(asObject);
  const removed = useRef<{ index: number; row: JsonObject }[]>([]);
  const put = (next: JsonValue[]) => draft.set(pointer, next.length > 0 ? next : undefined);
  const replace = (index: number, row: JsonObject) =>
    put(rows.map((each, at) => (at === index ? row : each)));
  const remove = (index: number) => {
    const row = rows[index];
    if (row) removed.current.push({ index, row });
    put(rows.filter((_, at) => at !== index));
    props.onCurrent(Math.max(0, index - 1));
  };
  const bringBack = (event: KeyboardEvent) => {
    if (!hasCommand(event) || event.key.toLowerCase() !== "z") return;
    if (event.target instanceof HTMLInputElement && event.target.value !== "") return;
    const last = removed.current.pop();
    if (!last) return;
    event.preventDefault();
    put(rows.toSpliced(last.index, 0, last.row));
  };
  const problems = [
    draft.problem(pointer),
    ...rows.flatMap((_, index) =>
      columns.map((column) => draft.problem(`${pointer}/${index}/${column.key}`)),
    ),
  ].filter((problem) => problem !== undefined);
  const cols = `${columns.map((column) => column.width).join(" ")} 32px`;
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- listens to the keys of the fields inside */}
      <div
        className="gi"
        role="group"
        aria-label={props.label}
        style={{ "--cols": cols }}
        onKeyDown={bringBack}
      >
        <div className="gi__row gi__head" aria-hidden>
          {columns.map((column) => (
            <span key={column.key}>{column.head}</span>
          ))}
          <span />
        </div>
        {[...rows, null].map((row, index) => (
          // oxlint-disable-next-line react/no-array-index-key, jsx-a11y/no-static-element-interactions -- rows are told apart by their place
          <div
            className="gi__row"
            key={index}
            onFocus={() => row && props.onCurrent(index)}
            data-current={(rows.length > 1 && index === props.current) || undefined}
          >
            {columns.map((column, at) => {
              const label = texts.cell(column.head, index + 1);
              if (row === null) {
                return at === 0 ? (
                  <input
                    key={column.key}
                    aria-label={props.addText}
                    placeholder={props.addText}
                    value=""
                    autoComplete="off"
                    spellCheck={false}
                    onChange={(event) => {
                      props.onCurrent(rows.length);
                      put([...rows, props.newRow(event.target.value)]);
                    }}
                  />
                ) : (
                  <span key={column.key} className={column.kind === "text" ? "gi__empty" : undefined} />
                );
              }
              const cell = `${pointer}/${index}/${column.key}`;
              switch (column.kind) {
                case "text":
                  return (
                    <input
                      key={column.key}
                      aria-label={label}
                      className={column.mono ? "mono" : undefined}
                      value={column.read ? column.read(row) : asText(row[column.key])}
                      aria-invalid={Boolean(draft.problem(cell)) || undefined}
                      autoComplete="off"
                      spellCheck={false}
                      onChange={(event) =>
                        replace(
                          index,
                          column.write
                            ? column.write(row, event.target.value)
                            : { ...row, [column.key]: event.target.value },
                        )
                      }
                      onBlur={() => draft.leave(cell)}
                    />
                  );
                case "select":
                  return (
                    <Select
                      key={column.key}
                      label={label}
                      labelHidden
                      cell
                      options={column.options}
                      value={column.read(row)}
                      onChange={(id) => replace(index, column.write(row, id))}
                    />
                  );
                case "check":
                  return (
                    <Checkbox
                      key={column.key}
                      label={column.label(nameOf(row) || texts.unnamed)}
                      labelHidden
                      checked={column.read(row)}
                      onChange={(on) => replace(index, column.write(row, on))}
                    />
                  );
              }
            })}
            {row && (
              <IconButton
                size="sm"
                icon={X}
                tip={false}
                label={texts.remove(nameOf(row) || texts.unnamed)}
                onPress={() => remove(index)}
              />
            )}
          </div>
        ))}
      </div>
      {problems.map((problem) => (
        <div className="gi__problem" key={problem.pointer}>
          <ProblemLine>{problemText(problem)}</ProblemLine>
        </div>
      ))}
    </>
  );
}

/** A machine name from what people read, as long as nobody typed another. */
export function withDerivedKey(row: JsonObject, nameKey: string, text: string): JsonObject {
  const follows = asText(row.key) === derivedKey(asText(row[nameKey]));
  return { ...row, [nameKey]: text, ...(follows && { key: derivedKey(text) }) };
}

export function derivedKey(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^[^a-z]+|_+$/g, "");
}
