import { asObject, asText } from "../../lib/json";
import type { DialValue, DialView, LabPlay, LabRequest, LabStatus } from "../generated";
import { findConnector } from "./connector-commands";
import { type Handlers, refuse, wait } from "./handlers";
import { fakeDials, fakePeople, fakeRequest, fakeRequests, fakeSettings } from "./lab-data";
import type { World } from "./world";

type LabCommand =
  | "lab_status"
  | "start_lab"
  | "stop_lab"
  | "play_in_lab"
  | "forget_in_lab"
  | "lab_dials"
  | "set_lab_dial"
  | "reset_lab_dials"
  | "lab_people"
  | "save_lab_person"
  | "delete_lab_person"
  | "advance_lab"
  | "revoke_in_lab"
  | "rotate_lab_keys"
  | "lab_log"
  | "clear_lab_log";

const PORT = 4390;
const LIVE_MS = 3000;
/** As many as the core keeps. */
const MOST = 500;

/** A Lab that plays the design's three connectors. States: `lab-off`, `lab-empty`, `lab-elsewhere`, `lab-busy`,
 *  `lab-error`, `lab-loading`, `lab-live`, `lab-full`. */
export function labCommands(world: World, state: string | null): Pick<Handlers, LabCommand> {
  const bare = state === "lab-empty" || state === "first-run";
  let port: number | null = ["lab-off", "lab-busy", "first-run"].includes(state ?? "") ? null : PORT;
  let here = state !== "lab-elsewhere";
  let plays: string[] = bare ? [] : ["harbour_erp", "google_workspace", "stripe"];
  let people = fakePeople();
  const dials = new Map<string, Map<string, DialValue>>([["", new Map(bare ? [] : fakeSettings)]]);
  const began = Date.now() - 333_000;
  let requests: LabRequest[] = bare
    ? []
    : fakeRequests.map(([seconds, request], index) => ({
        seq: index + 1,
        at: new Date(began + seconds * 1000).toISOString(),
        ...request,
      }));
  let last = requests.length;
  const arrive = (request: Omit<LabRequest, "seq" | "at">) => {
    last += 1;
    requests.push({ seq: last, at: new Date().toISOString(), ...request });
    world.changed(["lab"]);
  };
  const call = () => {
    const steps = [{ what: "Access token", detail: "known, and not expired", ok: true }];
    arrive(fakeRequest({ method: "GET", path: `/v2/items/${last}`, status: 200, outcome: "echoed", steps }));
  };
  if (state === "lab-live") setInterval(call, LIVE_MS);
  if (state === "lab-full") Array.from({ length: MOST - last }, call);

  const documentOf = (name: string) => world.connectors.find((each) => each.id === name)?.document ?? {};
  const play = (name: string): LabPlay => ({
    link_name: name,
    name: asText(documentOf(name).name) || name,
    address: port === null ? null : `http://127.0.0.1:${port}/${name}`,
  });
  const status = (): LabStatus => ({
    running: port !== null,
    here: port !== null && here,
    address: port === null ? null : `http://127.0.0.1:${port}`,
    ahead: world.ahead,
    plays: plays.map(play),
  });
  const changed = <T>(reply: T): T => {
    world.changed(["lab"]);
    return reply;
  };
  const view = (connector: string | null): DialView[] => {
    const all = dials.get("");
    const own = dials.get(connector ?? "");
    return fakeDials.map((dial) => ({
      ...dial,
      value: own?.get(dial.id) ?? all?.get(dial.id) ?? dial.default,
      own: own?.has(dial.id) ?? false,
    }));
  };
  const playable = (name: string) => {
    const connector = findConnector(world, name);
    if (asText(asObject(connector.document.authentication).type) === "")
      throw refuse("not_valid", "The Lab cannot check a value that only the script uses.", {
        safe: "Nothing was sent, and nothing left this machine.",
        action: "Connect in another environment.",
      });
    return connector.id;
  };
  return {
    lab_status: async () => {
      if (state === "lab-loading") await new Promise(() => {});
      if (state === "lab-error" && world.failures > 0) {
        world.failures -= 1;
        throw refuse("newer_data", "A newer version of Patchbay keeps the Lab’s data here.", {
          safe: "Nothing was sent, and nothing left this machine.",
          action: "Use that version, or update this one.",
        });
      }
      return status();
    },
    start_lab: async ({ connectors }) => {
      await wait(200);
      const ready = world.connectors.filter((each) => each.stage === "ready").map((each) => each.id);
      plays = [...new Set([...plays, ...(connectors.length > 0 ? connectors : ready)])];
      const isTaken = state === "lab-busy";
      port = isTaken ? PORT + 1 : PORT;
      here = true;
      return changed({
        address: `http://127.0.0.1:${port}`,
        notice: isTaken ? `Another program uses port ${PORT}. The Lab is at port ${port} instead.` : null,
        plays: plays.map(play),
      });
    },
    stop_lab: () => {
      port = null;
      return changed(status());
    },
    play_in_lab: ({ connector }) => {
      const name = playable(connector);
      if (!plays.includes(name)) plays = [...plays, name];
      port ??= PORT;
      return changed(status());
    },
    forget_in_lab: ({ link_name }) => {
      plays = plays.filter((each) => each !== link_name);
      return changed(status());
    },
    lab_dials: ({ connector }) => view(connector),
    set_lab_dial: ({ connector, id, value }) => {
      const own = dials.get(connector ?? "") ?? new Map<string, DialValue>();
      if (value === null) own.delete(id);
      else own.set(id, value);
      dials.set(connector ?? "", own);
      return changed(view(connector));
    },
    reset_lab_dials: ({ connector }) => {
      dials.delete(connector ?? "");
      return changed(view(connector));
    },
    lab_people: () => people,
    save_lab_person: (person) => {
      if (!/^[^\s@]+@[^\s@]+$/.test(person.email))
        throw refuse("not_valid", "A pretend person has an e-mail address, such as maria@lab.test.", {
          action: "Type one, and try again.",
        });
      const known = people.some((each) => each.email === person.email);
      people = known
        ? people.map((each) => (each.email === person.email ? person : each))
        : [...people, person];
      return changed(people);
    },
    delete_lab_person: ({ email }) => {
      people = people.filter((each) => each.email !== email);
      return changed(people);
    },
    advance_lab: ({ seconds }) => {
      world.ahead += seconds;
      return changed(status());
    },
    revoke_in_lab: ({ connector }) => {
      const ended = world.connections.filter(
        ({ row, revoked }) =>
          row.environment.link_name === "lab" &&
          (connector === null || row.connector.link_name === connector) &&
          !revoked,
      );
      for (const each of ended) each.revoked = true;
      return changed({ ended: 2 * ended.length });
    },
    rotate_lab_keys: () => changed({}),
    lab_log: ({ since, search }) => {
      const words = search.toLowerCase().split(/\s+/).filter(Boolean);
      const holds = (request: LabRequest) => {
        const text = JSON.stringify(Object.values(request)).toLowerCase();
        return words.every((word) => text.includes(word));
      };
      return { requests: requests.filter((each) => each.seq > since && holds(each)), last };
    },
    clear_lab_log: () => {
      requests = [];
      return changed({});
    },
  };
}
