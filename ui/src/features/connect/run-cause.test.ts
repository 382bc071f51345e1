import { expect, test, vi } from "vitest";
import type { RunView } from "../../ipc/generated";
import { runCause, type Ways } from "./run-cause";

const ways = () => ({
  tryAgain: vi.fn<Ways["tryAgain"]>(),
  refresh: vi.fn<NonNullable<Ways["refresh"]>>(),
  onBack: vi.fn<Ways["onBack"]>(),
  onWay: vi.fn<Ways["onWay"]>(),
  onConnector: vi.fn<Ways["onConnector"]>(),
  onRedirects: vi.fn<Ways["onRedirects"]>(),
  redirectUri: null,
});

test.each<[RunView, Exclude<keyof Ways, "redirectUri">, unknown[]]>([
  [{ kind: "again" }, "tryAgain", []],
  [{ kind: "refresh" }, "refresh", []],
  [{ kind: "type_again" }, "onBack", []],
  [{ kind: "reauthorize" }, "onBack", []],
  [{ kind: "redirect", way: "loopback" }, "onWay", ["loopback"]],
  [{ kind: "connector", step: "security" }, "onConnector", ["security"]],
  [{ kind: "redirect_settings" }, "onRedirects", []],
])("what helps is done: %j", (run, way, told) => {
  const each = ways();
  runCause(run, each);
  expect(each[way].mock.calls).toEqual([told]);
});

test("where nothing is to be renewed yet, it is asked again", () => {
  const { refresh: _, ...each } = ways();
  runCause({ kind: "refresh" }, each);
  expect(each.tryAgain).toHaveBeenCalledOnce();
});
