import { asErrorView } from "../../ipc/errors";
import type { CheckView, DraftView, ErrorView, JsonObject, JsonValue } from "../../ipc/generated";
import type { Host } from "../../ipc/host";
import { withValue } from "../../lib/json";

/** Typing pauses this long before it is saved. */
export const PAUSE_MS = 350;

export type Saving = "saved" | "typing" | "saving" | "failed" | "conflict";

export type DraftState = {
  document: JsonObject;
  version: number;
  check: CheckView;
  savedAt: string;
  saving: Saving;
  error: ErrorView | null;
};

export type DraftStore = ReturnType<typeof makeDraftStore>;

/** The draft document of one connector while it is edited: saved a moment after typing, one save at a time. Each save
 *  names the version it is based on, so that a second editor is noticed; then nothing is saved until the person has
 *  chosen. */
export function makeDraftStore(host: Host, id: string) {
  let state: DraftState | null = null;
  let dirty = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<boolean> | null = null;
  const listeners = new Set<() => void>();

  const change = (next: DraftState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const take = (view: DraftView) => {
    dirty = false;
    const { document, version, check, saved_at: savedAt } = view;
    change({ document, version, check, savedAt, saving: "saved", error: null });
  };

  async function save(): Promise<boolean> {
    if (!state) return true;
    dirty = false;
    change({ ...state, saving: "saving" });
    try {
      const saved = await host.invoke("save_draft", {
        connector: id,
        version: state.version,
        document: state.document,
      });
      const { version, saved_at: savedAt, check } = saved;
      change({ ...state, version, savedAt, check, saving: dirty ? "typing" : "saved", error: null });
      return true;
    } catch (cause) {
      dirty = true;
      const error = asErrorView(cause);
      change({ ...state, saving: error.code === "changed_elsewhere" ? "conflict" : "failed", error });
      return false;
    }
  }

  /** Saves now what is not saved yet; false when that failed. */
  async function flush(): Promise<boolean> {
    clearTimeout(timer);
    if (state?.saving === "conflict") return false;
    if (running) await running;
    while (dirty) {
      running = save();
      // oxlint-disable-next-line no-await-in-loop -- one save at a time is the point
      const saved = await running;
      running = null;
      if (!saved) return false;
    }
    return true;
  }

  return {
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    snapshot: () => state,
    flush,
    /** What the core has now: taken over when it is newer and nothing of ours would be lost. */
    offer(view: DraftView) {
      if (!state || (view.version > state.version && !dirty && !running)) take(view);
    },
    set(pointer: string, value: JsonValue | undefined) {
      if (!state) return;
      dirty = true;
      const { saving } = state;
      const document = withValue(state.document, pointer, value);
      change({ ...state, document, saving: saving === "saved" || saving === "failed" ? "typing" : saving });
      if (saving === "conflict") return;
      clearTimeout(timer);
      timer = setTimeout(() => void flush(), PAUSE_MS);
    },
    /** After a conflict: takes the other version, and drops what was typed. */
    reload: take,
    /** After a conflict: saves what was typed over the other version. */
    keepMine(view: DraftView) {
      if (!state) return Promise.resolve(true);
      dirty = true;
      change({ ...state, version: view.version, saving: "typing", error: null });
      return flush();
    },
  };
}
