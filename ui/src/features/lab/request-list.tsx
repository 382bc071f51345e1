import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from "react";
import type { LabRequest } from "../../ipc/generated";
import { clockTime } from "../../lib/time";
import { useWindow } from "../../lib/use-window";
import { texts } from "../../texts/lab";
import { pathOf } from "./request-lines";

const ROW_HEIGHT = 32;
const t = texts.log;

type RequestListProps = {
  requests: readonly LabRequest[];
  selected: number | null;
  onSelect: (seq: number | null) => void;
};

/** Oldest first, and at its end it stays there. One tab stop, arrows inside; only the rows on the screen exist. */
export function RequestList({ requests, selected, onSelect }: RequestListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const { first, last, pageRows } = useWindow(scroller, ROW_HEIGHT, requests.length);
  const atEnd = useRef(true);
  const focusNext = useRef(false);
  const chosen = requests.findIndex((each) => each.seq === selected);
  const current = chosen >= 0 ? chosen : requests.length - 1;

  useLayoutEffect(() => {
    // What is being read does not move away.
    if (scroller.current && atEnd.current && chosen < 0)
      scroller.current.scrollTop = requests.length * ROW_HEIGHT;
  }, [requests.length, chosen]);
  // What was selected stays in sight when the list gets less room, as from the detail that it opens.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || chosen < 0) return;
    const sizes = new ResizeObserver(() => bringIntoSight(element, chosen));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, [chosen]);
  // The row to focus may only now have come onto the screen.
  useEffect(() => {
    if (!focusNext.current) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${current}"]`);
    if (!row) return;
    focusNext.current = false;
    row.focus({ preventScroll: true });
  });
  const moveTo = (target: number) => {
    const index = Math.max(0, Math.min(requests.length - 1, target));
    bringIntoSight(scroller.current, index);
    focusNext.current = true;
    onSelect(requests[index]?.seq ?? null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowDown: chosen < 0 ? current : current + 1,
      ArrowUp: chosen < 0 ? current : current - 1,
      PageDown: current + pageRows,
      PageUp: current - pageRows,
      Home: 0,
      End: requests.length - 1,
      Enter: current,
      " ": current,
    };
    const step = steps[event.key];
    if (step !== undefined) moveTo(step);
    else if (event.key === "Escape" && selected !== null) onSelect(null);
    else return;
    event.preventDefault();
  };
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);
  // The row with the tab stop stays wherever the list is scrolled to: taken away, it would take the focus along.
  if (current >= 0 && (current < first || current > last)) shown.push(current);
  return (
    <div
      className="log__list log__rows"
      role="listbox"
      tabIndex={-1}
      ref={scroller}
      aria-label={t.title}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget: at }) => {
        atEnd.current = at.scrollTop + at.clientHeight >= at.scrollHeight - ROW_HEIGHT;
      }}
    >
      <div className="log__body" role="presentation" style={{ height: requests.length * ROW_HEIGHT }}>
        {shown.map((index) => {
          const request = requests[index];
          if (!request) return null;
          const path = pathOf(request);
          return (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list has the keys
            <div
              key={request.seq}
              className="logrow"
              role="option"
              aria-selected={request.seq === selected}
              aria-posinset={index + 1}
              aria-setsize={requests.length}
              tabIndex={index === current ? 0 : -1}
              data-row={index}
              style={{ top: index * ROW_HEIGHT }}
              onClick={() => onSelect(request.seq)}
            >
              <span className="t3">{clockTime(request.at)}</span>
              <span className="t2">{request.method}</span>
              <span className="trunc" title={path}>
                {path}
              </span>
              <Status status={request.status} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function bringIntoSight(scroller: HTMLElement | null, index: number): void {
  if (!scroller || index < 0) return;
  const top = index * ROW_HEIGHT;
  if (top < scroller.scrollTop) scroller.scrollTop = top;
  else if (top + ROW_HEIGHT > scroller.scrollTop + scroller.clientHeight)
    scroller.scrollTop = top + ROW_HEIGHT - scroller.clientHeight;
}

function Status({ status }: { status: number | null }) {
  if (status === null)
    return (
      <span className="t-bad logrow__status" title={t.dropped}>
        <span aria-hidden>{t.droppedShort}</span>
        <span className="sr">{t.dropped}</span>
      </span>
    );
  return <span className={`${status >= 400 ? "t-bad" : "t2"} logrow__status`}>{status}</span>;
}
