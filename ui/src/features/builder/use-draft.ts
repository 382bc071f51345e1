import { useCallback, useEffect, useRef, useState } from "react";
import { useAsk } from "../../ipc/ask";
import { asErrorView } from "../../ipc/errors";
import type { CheckView, DraftView, ErrorView, JsonObject, JsonValue, ProblemView } from "../../ipc/generated";
import { useHost } from "../../ipc/host-context";
import { asText, valueAt, withValue } from "../../lib/json";

/** Typing pauses this long before it is saved. */
const PAUSE_MS = 350;

export type Saving = "saved" | "typing" | "saving" | "failed" | "conflict";

export type Draft = {
  id: string;
  /** Stage, connections and the last save, as the core tells them. */
  view: DraftView;
  document: JsonObject;
  check: CheckView;
  saving: Saving;
  savedAt: string;
  error: ErrorView | null;
  value: (pointer: string) => JsonValue | undefined;
  text: (pointer: string) => string;
  set: (pointer: string, value: JsonValue | undefined) => void;
  /** The person has left the field: from now on its problems show. */
  leave: (pointer: string) => void;
  /** Shows every problem, as when the person asks for Ready. */
  leaveAll: () => void;
  problem: (pointer: string) => ProblemView | undefined;
  /** Saves now what is not saved yet; false when that failed. */
  flush: () => Promise<boolean>;
  reload: () => Promise<void>;
  keepMine: () => void;
};

type Local = { document: JsonObject; version: number; check: CheckView; savedAt: string };

/** The draft of a connector: what is typed here, saved a moment later, checked by the core. One save runs at a time,
 *  and each names the version it is based on, so that a second editor is noticed. */
export function useDraft(id: string): { draft: Draft | null; error: ErrorView | null } {
  const host = useHost();
  const opened = useAsk("open_draft", { connector: id });
  const [local, setLocal] = useState<Local | null>(null);
  const [saving, setSaving] = useState<Saving>("saved");
  const [error, setError] = useState<ErrorView | null>(null);
  const [left, setLeft] = useState<ReadonlySet<string> | "all">(new Set());
  // What the saving works with; state follows it.
  const now = useRef({ document: null as JsonObject | null, version: 0, dirty: false, stopped: false, running: null as Promise<boolean> | null });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  const adopt = useCallback((view: DraftView) => {
    Object.assign(now.current, { document: view.document, version: view.version, dirty: false, stopped: false });
    setLocal({ document: view.document, version: view.version, check: view.check, savedAt: view.saved_at });
    setSaving("saved");
    setError(null);
  }, []);

  // A newer version from elsewhere is taken over while nothing of ours is unsaved; else the next save tells.
  const view = opened.data;
  useEffect(() => {
    if (!view) return;
    const { document, version, dirty, running } = now.current;
    if (document === null || (view.version > version && !dirty && !running)) adopt(view);
  }, [view, adopt, saving]);

  const saveOnce = useCallback(async (): Promise<boolean> => {
    const state = now.current;
    if (!state.document || state.stopped) return !state.stopped;
    state.dirty = false;
    setSaving("saving");
    try {
      const saved = await host.invoke("save_draft", { connector: id, version: state.version, document: state.document });
      state.version = saved.version;
      setLocal((was) => was && { ...was, version: saved.version, check: saved.check, savedAt: saved.saved_at });
      setSaving(state.dirty ? "typing" : "saved");
      setError(null);
      return true;
    } catch (cause) {
      const failure = asErrorView(cause);
      state.dirty = true;
      state.stopped = failure.code === "changed_elsewhere";
      setSaving(state.stopped ? "conflict" : "failed");
      setError(failure);
      return false;
    }
  }, [host, id]);

  const flush = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    const state = now.current;
    if (state.running && !(await state.running)) return false;
    if (!state.dirty) return true;
    state.running = saveOnce();
    const saved = await state.running;
    state.running = null;
    // Typed while it was being saved: once more.
    return saved && state.dirty ? flush() : saved;
  }, [saveOnce]);

  useEffect(() => () => void flush(), [flush]);

  const set = useCallback(
    (pointer: string, value: JsonValue | undefined) => {
      const state = now.current;
      if (!state.document) return;
      const document = withValue(state.document, pointer, value);
      state.document = document;
      state.dirty = true;
      setLocal((was) => was && { ...was, document });
      if (state.stopped) return;
      setSaving((was) => (was === "saving" ? was : "typing"));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush(), PAUSE_MS);
    },
    [flush],
  );

  const leave = useCallback((pointer: string) => setLeft((was) => (was === "all" || was.has(pointer) ? was : new Set([...was, pointer]))), []);

  if (!view || !local) return { draft: null, error: opened.error };
  const { document, check } = local;
  return {
    error: null,
    draft: {
      id,
      view,
      document,
      check,
      saving,
      savedAt: local.savedAt,
      error,
      value: (pointer) => valueAt(document, pointer),
      text: (pointer) => asText(valueAt(document, pointer)),
      set,
      leave,
      leaveAll: () => setLeft("all"),
      problem: (pointer) =>
        left === "all" || left.has(pointer)
          ? [...check.problems, ...check.missing_for_ready].find((each) => each.pointer === pointer && each.severity === "error")
          : undefined,
      flush,
      reload: async () => {
        const fresh = await opened.refetch();
        if (fresh.data) adopt(fresh.data);
      },
      keepMine: () => {
        void (async () => {
          const fresh = await opened.refetch();
          if (!fresh.data) return;
          Object.assign(now.current, { version: fresh.data.version, stopped: false, dirty: true });
          await flush();
        })();
      },
    },
  };
}
