import type { RedirectWayView } from "../generated";
import { type Handlers, wait } from "./handlers";
import type { World } from "./world";

type RedirectCommand = "redirect_ways" | "test_redirect_ways" | "register_app_link";

/** The ways back from the browser, as a machine on which another program has the app link. */
export function redirectCommands(world: World): Pick<Handlers, RedirectCommand> {
  let testedAt: string | null = null;
  let isRegistered = false;
  const ways = (): RedirectWayView[] => {
    const tested = testedAt !== null;
    const checks = (...done: [string, boolean][]) => (tested ? done.map(([says, ok]) => ({ says, ok })) : []);
    return [
      {
        way: "loopback",
        address: "http://127.0.0.1:49152/callback",
        state: tested ? "works" : "untested",
        recommended: tested && !isRegistered,
        checks: checks(
          ["Port is free", true],
          ["Browser reached it in 38 ms", true],
          ["Closed again afterwards", true],
        ),
      },
      {
        way: "app",
        address: "dev.patchbay:/oauth/callback",
        state: !tested ? "untested" : isRegistered ? "works" : "fails",
        recommended: tested && isRegistered,
        checks: checks(
          isRegistered
            ? ["The system hands it to this Patchbay", true]
            : ["“Patchbay 0.9” opens instead", false],
        ),
      },
      {
        way: "manual",
        address: null,
        state: "works",
        recommended: false,
        checks: [{ says: "Nothing to set up", ok: true }],
      },
    ];
  };
  return {
    redirect_ways: () => ({ tested_at: testedAt, ways: ways() }),
    register_app_link: () => {
      isRegistered = true;
      testedAt = new Date().toISOString();
      world.changed(["settings"]);
      return { tested_at: testedAt, ways: ways() };
    },
    test_redirect_ways: async () => {
      await wait(800);
      testedAt = new Date().toISOString();
      world.changed(["settings"]);
      return { tested_at: testedAt, ways: ways() };
    },
  };
}
