import { Ellipsis, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button, IconButton } from "../../../components/button";
import { ConfirmDialog } from "../../../components/dialog";
import { ProblemLine } from "../../../components/field";
import { MenuButton } from "../../../components/menu";
import { Checkbox, Switch } from "../../../components/toggles";
import type { JsonObject } from "../../../ipc/generated";
import { asText } from "../../../lib/json";
import { texts } from "../../../texts/permissions";
import { problemText } from "../draft-fields";
import { shownName } from "../scope-list";
import type { Draft } from "../use-draft";
import { PermissionForm } from "./permission-form";

const ITEMS = "/scopes/items";

type PermissionTableProps = {
  draft: Draft;
  rows: readonly JsonObject[];
  words: string;
  /** A new one is being written above the others. */
  adding: boolean;
  onAdded: () => void;
};

/** The permissions, of which several can be selected. Rows are told apart by their place in the document. */
export function PermissionTable({ draft, rows, words, adding, onAdded }: PermissionTableProps) {
  const [selected, setSelected] = useState<ReadonlySet<number>>(new Set());
  const [editing, setEditing] = useState<number | null>(null);
  const [deleting, setDeleting] = useState<readonly number[] | null>(null);
  const put = (next: JsonObject[]) => draft.set(ITEMS, next.length > 0 ? next : undefined);
  const shown = rows.map((row, index) => ({ row, index })).filter(({ row }) => matches(row, words));
  const chosen = shown.filter(({ index }) => selected.has(index)).map(({ index }) => index);
  const select = (index: number, on: boolean) => {
    const next = new Set(selected);
    if (on) next.add(index);
    else next.delete(index);
    setSelected(next);
  };
  const problems = rows.flatMap((_, index) =>
    ["", "/name", "/value", "/description"]
      .map((member) => draft.problem(`${ITEMS}/${index}${member}`))
      .filter((problem) => problem !== undefined),
  );
  return (
    <>
      <div className="card perms">
        <table className="perms__table" aria-label={texts.list}>
          <colgroup>
            <col className="perms__box" />
            <col />
            <col className="perms__value" />
            <col className="perms__switch" />
            <col className="perms__more" />
          </colgroup>
          <thead>
            <tr>
              <th>
                <Checkbox
                  label={texts.selectAll}
                  labelHidden
                  checked={chosen.length > 0 && chosen.length === shown.length}
                  mixed={chosen.length > 0 && chosen.length < shown.length}
                  disabled={shown.length === 0}
                  onChange={(on) => setSelected(new Set(on ? shown.map(({ index }) => index) : []))}
                />
              </th>
              <th>{texts.columns.name}</th>
              <th>{texts.columns.value}</th>
              <th colSpan={2}>{texts.columns.default}</th>
            </tr>
          </thead>
          <tbody>
            {adding && (
              <FormRow>
                <PermissionForm
                  row={{}}
                  others={rows}
                  onClose={onAdded}
                  onSave={(row) => {
                    put([row, ...rows]);
                    setSelected(new Set());
                    onAdded();
                  }}
                />
              </FormRow>
            )}
            {shown.map(({ row, index }) =>
              editing === index ? (
                <FormRow key={index}>
                  <PermissionForm
                    row={row}
                    others={rows.filter((_, at) => at !== index)}
                    onClose={() => setEditing(null)}
                    onSave={(next) => {
                      put(rows.map((each, at) => (at === index ? next : each)));
                      setEditing(null);
                    }}
                  />
                </FormRow>
              ) : (
                <PermissionRow
                  key={index}
                  row={row}
                  selected={selected.has(index)}
                  onSelect={(on) => select(index, on)}
                  onDefault={(on) => draft.set(`${ITEMS}/${index}/default`, on ? true : undefined)}
                  onEdit={() => setEditing(index)}
                  onDelete={() => setDeleting([index])}
                />
              ),
            )}
          </tbody>
        </table>
        {shown.length === 0 && !adding && (
          <div className="perms__none">
            <p className="med">{rows.length === 0 ? texts.none : texts.notFound(words)}</p>
            {rows.length === 0 && <p className="t3">{texts.noneHint}</p>}
          </div>
        )}
        {chosen.length > 0 && (
          <div className="row perms__foot">
            <span className="t2 grow">{texts.selected(chosen.length, rows.length)}</span>
            <Button
              size="sm"
              onPress={() =>
                put(rows.map((row, index) => (chosen.includes(index) ? { ...row, default: true } : row)))
              }
            >
              {texts.onByDefault}
            </Button>
            <Button size="sm" kind="danger" icon={Trash2} onPress={() => setDeleting(chosen)}>
              {texts.deleteSelected(chosen.length)}
            </Button>
          </div>
        )}
      </div>
      {problems.map((problem) => (
        <div className="gi__problem" key={problem.pointer + problem.code}>
          <ProblemLine>{problemText(problem)}</ProblemLine>
        </div>
      ))}
      {deleting && (
        <ConfirmDialog
          isOpen
          title={texts.deleteTitle(deleting.length)}
          message={texts.deleteMessage(deleting.map((index) => shownName(rows[index] ?? {})).join(", "))}
          keep={texts.deleteKeep}
          confirm={texts.deleteConfirm(deleting.length)}
          onClose={() => setDeleting(null)}
          onConfirm={() => {
            put(rows.filter((_, index) => !deleting.includes(index)));
            setSelected(new Set());
            setEditing(null);
            setDeleting(null);
          }}
        />
      )}
    </>
  );
}

function matches(row: JsonObject, words: string): boolean {
  return `${asText(row.name)} ${asText(row.value)} ${asText(row.description)}`
    .toLowerCase()
    .includes(words.trim().toLowerCase());
}

function FormRow({ children }: { children: ReactNode }) {
  return (
    <tr className="perms__edit">
      <td colSpan={5}>{children}</td>
    </tr>
  );
}

type PermissionRowProps = {
  row: JsonObject;
  selected: boolean;
  onSelect: (on: boolean) => void;
  onDefault: (on: boolean) => void;
  onEdit: () => void;
  onDelete: () => void;
};

function PermissionRow({ row, selected, onSelect, onDefault, onEdit, onDelete }: PermissionRowProps) {
  const name = shownName(row);
  return (
    <tr data-selected={selected || undefined}>
      <td>
        <Checkbox label={texts.select(name)} labelHidden checked={selected} onChange={onSelect} />
      </td>
      <td>
        <span className="med wrap perms__name">{asText(row.name) || name}</span>
        {asText(row.description) && <span className="hint perms__hint">{asText(row.description)}</span>}
      </td>
      <td className="mono t2 wrap">{asText(row.value)}</td>
      <td>
        <Switch checked={row.default === true} onChange={onDefault} label={texts.isDefault(name)} />
      </td>
      <td>
        <MenuButton
          label={texts.actions(name)}
          entries={[
            { id: "edit", name: texts.edit, run: onEdit },
            "line",
            { id: "delete", name: texts.delete, danger: true, run: onDelete },
          ]}
        >
          <IconButton size="sm" icon={Ellipsis} label={texts.actions(name)} tip={false} />
        </MenuButton>
      </td>
    </tr>
  );
}
