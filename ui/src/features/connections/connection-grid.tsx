import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import type { MenuEntry } from "../../components/menu";
import { Checkbox } from "../../components/toggles";
import type { ConnectionRow as Row } from "../../ipc/generated";
import { hasCommand } from "../../lib/keys";
import { useNow } from "../../lib/use-now";
import { useStable } from "../../lib/use-stable";
import { texts } from "../../texts/connections";
import { ConnectionRow } from "./connection-row";
import { ConnectionSkeletonRow } from "./connection-skeleton";
import type { Rows } from "./use-rows";
import type { Selection } from "./use-selection";
import { useWindow } from "../../lib/use-window";

const ROW_HEIGHT = 40;
const { columns } = texts;

export type RowActions = {
  open: (row: Row) => void;
  finish: (row: Row) => void;
  /** Single letters, F2 and Del, while the list has the focus. */
  shortcuts: Record<string, (row: Row) => void>;
  entries: (row: Row) => readonly MenuEntry[];
};

type ConnectionGridProps = {
  rows: Rows;
  selection: Selection;
  allTicked: boolean;
  onTickAll: () => void;
  actions: RowActions;
};

/** The list: one tab stop, arrows inside. Only the rows on the screen exist. */
export function ConnectionGrid({ rows, selection, allTicked, onTickAll, actions }: ConnectionGridProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const now = useNow();
  const { first, last, pageRows } = useWindow(scroller, ROW_HEIGHT, rows.total);
  const [current, setCurrent] = useState(0);
  const focusNext = useRef(false);
  const anchor = useRef(0);
  const { show } = rows;

  useEffect(() => show(first, last), [show, first, last]);
  // The row to focus may only now have come onto the screen.
  useEffect(() => {
    if (!focusNext.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${current}"]`);
    if (!row) return;
    focusNext.current = false;
    row.focus({ preventScroll: true });
  });

  const moveTo = (target: number, extend: boolean) => {
    const index = Math.max(0, Math.min(rows.total - 1, target));
    if (extend) tickRange(anchor.current, index);
    else anchor.current = index;
    const element = scroller.current;
    if (element) {
      const top = index * ROW_HEIGHT;
      const visible = element.clientHeight - ROW_HEIGHT;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + ROW_HEIGHT > element.scrollTop + visible) element.scrollTop = top + ROW_HEIGHT - visible;
    }
    focusNext.current = true;
    setCurrent(index);
  };
  const tickRange = (from: number, to: number) => {
    const [low, high] = from < to ? [from, to] : [to, from];
    const ids: string[] = [];
    for (let index = low; index <= high; index += 1) {
      const row = rows.row(index);
      if (row) ids.push(row.id);
    }
    selection.add(ids);
  };
  const tick = (index: number, row: Row, shiftKey: boolean) => {
    if (shiftKey) tickRange(anchor.current, index);
    else selection.toggle(row.id);
    anchor.current = index;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    // Keys belong to the row only while the row itself has the focus, not a menu or a button inside.
    if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute("data-row")) return;
    const row = rows.row(current);
    const steps: Record<string, number> = {
      ArrowDown: current + 1,
      ArrowUp: current - 1,
      PageDown: current + pageRows,
      PageUp: current - pageRows,
      Home: 0,
      End: rows.total - 1,
    };
    const step = steps[event.key];
    if (step !== undefined) moveTo(step, event.shiftKey);
    else if (hasCommand(event) && event.key.toLowerCase() === "a") onTickAll();
    else if (hasCommand(event) || event.altKey || !row) return;
    else if (event.key === " ") tick(current, row, event.shiftKey);
    else if (event.key === "Enter") actions.open(row);
    else if (event.key === "Escape" && selection.ids.size > 0) selection.clear();
    else {
      const shortcut = actions.shortcuts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!shortcut) return;
      shortcut(row);
    }
    event.preventDefault();
  };

  const { open, finish, entries } = actions;
  const acts = useStable({ open, finish, entries, tick, focus: setCurrent });
  const ticked = selection.ids.size;
  return (
    <div
      className="scroll grid conns"
      role="grid"
      tabIndex={-1}
      ref={scroller}
      aria-label={texts.title}
      aria-rowcount={rows.total + 1}
      aria-multiselectable
      onKeyDown={onKeyDown}
    >
      <div className="grid__head" role="row" aria-rowindex={1}>
        <div role="columnheader">
          <Checkbox
            checked={allTicked}
            mixed={ticked > 0 && !allTicked}
            onChange={() => (ticked > 0 ? selection.clear() : onTickAll())}
            label={texts.selectAll}
            labelHidden
          />
        </div>
        <div role="columnheader">{columns.name}</div>
        <div role="columnheader">{columns.connector}</div>
        <div role="columnheader" className="hide-sm">
          {columns.account}
        </div>
        <div role="columnheader" className="hide-sm">
          {columns.environment}
        </div>
        <div role="columnheader" className="hide-md">
          {columns.permissions}
        </div>
        <div role="columnheader">{columns.expires}</div>
        <div role="columnheader" className="hide-md">
          {columns.verified}
        </div>
        <div role="columnheader">
          <span className="sr">{columns.actions}</span>
        </div>
      </div>
      <div className="grid__body" role="rowgroup" style={{ height: rows.total * ROW_HEIGHT }}>
        {Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => {
          const index = first + offset;
          const row = rows.row(index);
          return row ? (
            <ConnectionRow
              key={row.id}
              row={row}
              index={index}
              now={now}
              top={index * ROW_HEIGHT}
              isCurrent={index === Math.min(current, rows.total - 1)}
              isTicked={selection.ids.has(row.id)}
              acts={acts}
            />
          ) : (
            <ConnectionSkeletonRow key={`row-${index}`} index={index} top={index * ROW_HEIGHT} />
          );
        })}
      </div>
    </div>
  );
}
