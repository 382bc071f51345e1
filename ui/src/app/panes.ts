const PANES = ".side, .build__steps, .build__form, .build__view, .duo > *, .main";
const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [tabindex="0"]';

/** F6: the next part of the window that takes the focus, around and around. */
export function focusNextPane(backwards: boolean): void {
  const panes = [...document.querySelectorAll<HTMLElement>(PANES)].filter(
    // Columns are panes of their own; their frame is not.
    (pane) => !pane.matches(".main") || pane.querySelector(".build, .duo") === null,
  );
  const here = panes.findIndex((pane) => pane.contains(document.activeElement));
  const next = panes[(here + (backwards ? -1 : 1) + panes.length) % panes.length];
  const target =
    next?.querySelector<HTMLElement>('[role="row"][tabindex="0"], [aria-current]') ??
    next?.querySelector<HTMLElement>(FOCUSABLE);
  target?.focus();
}
