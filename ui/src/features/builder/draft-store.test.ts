import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { DraftView, SaveDraft } from "../../ipc/generated";
import type { Host } from "../../ipc/host";
import { PAUSE_MS, makeDraftStore } from "./draft-store";

const check = { problems: [], missing_for_ready: [], prompts: [], settings: [] };
const view = (version: number, name: string): DraftView => ({
  connector: "c",
  stage: "draft",
  document: { name },
  version,
  saved_at: "2026-11-22T12:00:00Z",
  connections: 0,
  differs_from_ready: false,
  check,
  stamp: null,
});

/** A core that keeps one draft, as far as saving goes; each save takes a while. */
function makeCore() {
  const core = { version: 1, saves: [] as SaveDraft[], failing: false };
  const host: Host = {
    onChanges: () => {},
    async invoke(_command, request) {
      const save = request as SaveDraft;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      if (core.failing) throw { code: "internal", message: "the disk is full" };
      if (save.version !== core.version) throw { code: "changed_elsewhere", message: "changed elsewhere" };
      core.version += 1;
      core.saves.push(save);
      return { version: core.version, saved_at: "2026-11-22T12:00:01Z", check } as never;
    },
  };
  return { core, store: makeDraftStore(host, "c") };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a draft", () => {
  it("is saved once, within half a second after the last key", async () => {
    const { core, store } = makeCore();
    store.offer(view(1, ""));
    for (const name of ["H", "Ha", "Har"]) {
      store.set("/name", name);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(core.saves).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(PAUSE_MS);
    expect(core.saves.map(({ document }) => document.name)).toEqual(["Har"]);
    expect(PAUSE_MS + 50).toBeLessThanOrEqual(500);
    expect(store.snapshot()?.saving).toBe("saved");
  });

  it("is saved again when something was typed while it was being saved", async () => {
    const { core, store } = makeCore();
    store.offer(view(1, ""));
    store.set("/name", "one");
    await vi.advanceTimersByTimeAsync(PAUSE_MS + 10);
    store.set("/name", "two");
    await vi.runAllTimersAsync();
    expect(core.saves.map(({ document, version }) => [document.name, version])).toEqual([
      ["one", 1],
      ["two", 2],
    ]);
  });

  it("is saved at once when it is left", async () => {
    const { core, store } = makeCore();
    store.offer(view(1, ""));
    store.set("/name", "x");
    const flushed = store.flush();
    await vi.advanceTimersByTimeAsync(50);
    expect(await flushed).toBe(true);
    expect(core.saves).toHaveLength(1);
  });

  it("takes over what someone else saved while nothing is unsaved", () => {
    const { store } = makeCore();
    store.offer(view(1, "mine"));
    store.offer(view(2, "theirs"));
    expect(store.snapshot()?.document.name).toBe("theirs");
  });

  it("keeps what was typed when someone else has saved, and saves nothing until a person chose", async () => {
    const { core, store } = makeCore();
    store.offer(view(1, ""));
    core.version = 5;
    store.set("/name", "mine");
    await vi.runAllTimersAsync();
    expect(store.snapshot()?.saving).toBe("conflict");
    store.offer(view(5, "theirs"));
    store.set("/description", "more");
    await vi.runAllTimersAsync();
    expect(core.saves).toHaveLength(0);
    expect(store.snapshot()?.document).toEqual({ name: "mine", description: "more" });
    const kept = store.keepMine(view(5, "theirs"));
    await vi.runAllTimersAsync();
    expect(await kept).toBe(true);
    expect(core.saves.map(({ document }) => document)).toEqual([{ name: "mine", description: "more" }]);
  });

  it("takes the other version when the person wants that", async () => {
    const { core, store } = makeCore();
    store.offer(view(1, ""));
    core.version = 5;
    store.set("/name", "mine");
    await vi.runAllTimersAsync();
    store.reload(view(5, "theirs"));
    expect(store.snapshot()).toMatchObject({ saving: "saved", version: 5, document: { name: "theirs" } });
  });

  it("is not lost by a save that fails, and is saved with the next key", async () => {
    const { core, store } = makeCore();
    store.offer(view(1, ""));
    core.failing = true;
    store.set("/name", "x");
    await vi.runAllTimersAsync();
    expect(store.snapshot()).toMatchObject({ saving: "failed", document: { name: "x" } });
    core.failing = false;
    store.set("/name", "xy");
    await vi.runAllTimersAsync();
    expect(core.saves.map(({ document }) => document.name)).toEqual(["xy"]);
  });
});
