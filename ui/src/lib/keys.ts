const isMac = /Mac|iP/.test(navigator.platform);

/** Whether the platform's command key is down: Ctrl, on macOS Cmd. */
export function hasCommand(event: { ctrlKey: boolean; metaKey: boolean }): boolean {
  return isMac ? event.metaKey : event.ctrlKey;
}

/** A shortcut as it is written: `Ctrl K`, on macOS `⌘K`. */
export function commandKey(key: string): string {
  return isMac ? `⌘${key}` : `Ctrl ${key}`;
}

/** Whether the event comes from somewhere that takes text. */
export function isTyping(event: Event): boolean {
  const target = event.target;
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
    !(target instanceof HTMLInputElement && target.type === "checkbox")
  );
}
