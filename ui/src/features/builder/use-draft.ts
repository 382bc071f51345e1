import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useAsk } from "../../ipc/ask";
import type {
  CheckView,
  DraftView,
  ErrorView,
  JsonObject,
  JsonValue,
  ProblemView,
} from "../../ipc/generated";
import { useHost } from "../../ipc/host-context";
import { asText, valueAt } from "../../lib/json";
import { type Saving, makeDraftStore } from "./draft-store";

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
  flush: () => Promise<boolean>;
  reload: () => void;
  keepMine: () => void;
};

/** The draft of a connector as the builder's fields use it: by JSON pointer. */
export function useDraft(id: string): { draft: Draft | null; error: ErrorView | null } {
  const host = useHost();
  const opened = useAsk("open_draft", { connector: id });
  const [store] = useState(() => makeDraftStore(host, id));
  const state = useSyncExternalStore(store.subscribe, store.snapshot);
  const [left, setLeft] = useState<ReadonlySet<string> | "all">(new Set());
  const leave = useCallback(
    (pointer: string) =>
      // Once what was typed is saved and checked: a problem that is over by now would push away what the person is
      // about to press.
      void store
        .flush()
        .then(() => setLeft((was) => (was === "all" || was.has(pointer) ? was : new Set([...was, pointer])))),
    [store],
  );
  const view = opened.data;
  const saving = state?.saving;
  useEffect(() => {
    // Also once a save has ended: what came while it ran is looked at again.
    if (view && saving !== "saving") store.offer(view);
  }, [store, view, saving]);
  useEffect(() => () => void store.flush(), [store]);

  if (!view || !state) return { draft: null, error: opened.error };
  const { document, check } = state;
  const withFresh = (use: (fresh: DraftView) => void) =>
    void opened.refetch().then(({ data }) => data && use(data));
  return {
    error: null,
    draft: {
      ...state,
      id,
      view,
      value: (pointer) => valueAt(document, pointer),
      text: (pointer) => asText(valueAt(document, pointer)),
      set: store.set,
      leave,
      leaveAll: () => setLeft("all"),
      problem: (pointer) =>
        left === "all" || left.has(pointer)
          ? [...check.problems, ...check.missing_for_ready].find(
              (each) => each.pointer === pointer && each.severity === "error",
            )
          : undefined,
      flush: store.flush,
      reload: () => withFresh(store.reload),
      keepMine: () => withFresh((fresh) => void store.keepMine(fresh)),
    },
  };
}
