import type { Tag } from "../generated";
import type { Host } from "../host";
import { appCommands } from "./app-commands";
import { connectCommands } from "./connect-commands";
import { connectionCommands } from "./connection-commands";
import { connectorCommands } from "./connector-commands";
import { logoCommands } from "./logo-commands";
import { type Handlers, refuse, wait } from "./handlers";
import { labCommands } from "./lab-commands";
import { proveCommands } from "./prove-commands";
import { redirectCommands } from "./redirect-commands";
import { scriptCommands } from "./script-commands";
import { tokenCommands } from "./token-commands";
import { tourCommands } from "./tour-commands";
import { vaultCommands } from "./vault-commands";
import { makeWorld } from "./world";

/** A core that is made up: for a plain browser, for pictures, for tests of the window. Its state is chosen by the
 *  address: `?state=empty|slow|loading|error|locked|…`, `?rows=100000`. */
export function makeFakeHost(parameters: URLSearchParams): Host {
  const listeners = new Set<(tags: Tag[]) => void>();
  const world = makeWorld(parameters, (tags) => {
    for (const listener of listeners) listener(tags);
  });
  const state = parameters.get("state");
  const handlers: Handlers = {
    ...vaultCommands(world),
    ...connectorCommands(world),
    ...appCommands(world),
    ...logoCommands(world),
    ...connectCommands(world),
    ...connectionCommands(world),
    ...tokenCommands(world),
    ...redirectCommands(world),
    ...labCommands(world, state),
    ...proveCommands(world, state),
    ...tourCommands(world),
    ...scriptCommands(world, state === "runs-code"),
  };
  return {
    async invoke(command, request) {
      await wait(state === "slow" ? 4000 : 20);
      if (command.startsWith("list_") || command === "show_connection") {
        if (state === "loading") await new Promise(() => {});
        if (state === "error" && command === "list_connections" && world.failures > 0) {
          world.failures -= 1;
          throw refuse(
            "data_directory",
            "The list could not be read: the data directory is on a disk that is gone.",
            {
              safe: "Your secrets are not harmed.",
              action: "Put the disk back, then try again.",
            },
          );
        }
      }
      // Structured cloning keeps the fake from sharing its state with the window, as the real seam does.
      return structuredClone(await handlers[command](structuredClone(request)));
    },
    onChanges(listener) {
      listeners.add(listener);
    },
  };
}
