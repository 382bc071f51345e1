import type { Commands } from "../contract";
import type { DialKind, DialValue, DialView, LabRequest, LabStatus, PersonView } from "../generated";
import { type Handlers, refuse } from "./handlers";
import type { World } from "./world";

const ADDRESS = "http://127.0.0.1:4390";

const switched: DialKind = { kind: "switch" };
const number = (least: number, most: number, unit: "seconds" | "milliseconds" | "one_in"): DialKind => ({
  kind: "number",
  least,
  most,
  unit,
});

function dial(
  id: string,
  group: DialView["group"],
  words: [string, string],
  kind: DialKind,
  value: DialValue,
): DialView {
  return { id, group, name: words[0], help: words[1], kind, value, default: value, own: false };
}

/** Some of the behaviours that the real Lab has, each of another kind. */
const dials: DialView[] = [
  dial("consent", "sign_in", ["Ask for consent", "Shows the agreement page"], switched, true),
  dial("deny", "sign_in", ["Deny access", "The person says no"], switched, false),
  dial(
    "fewer_permissions",
    "sign_in",
    ["Give fewer permissions than asked", "Leaves out the last one"],
    switched,
    false,
  ),
  dial(
    "token_lifetime",
    "tokens",
    ["Token lifetime", "How long before a refresh is needed"],
    number(1, 2_592_000, "seconds"),
    3600,
  ),
  dial(
    "refresh_token",
    "tokens",
    ["Refresh token", "What a refresh gives besides a new access token"],
    {
      kind: "choice",
      options: [
        { value: "new_each_time", name: "A new one each time; the old one stops working" },
        { value: "same", name: "None: the old one goes on working" },
        { value: "none", name: "None is given at all" },
      ],
    },
    "new_each_time",
  ),
  dial(
    "clock_difference",
    "tokens",
    ["Clock difference", "The service’s clock runs ahead or behind"],
    number(-86_400, 86_400, "seconds"),
    0,
  ),
  dial(
    "slow",
    "trouble",
    ["Slow answers", "Adds this delay to every call"],
    number(0, 120_000, "milliseconds"),
    0,
  ),
  dial(
    "fail_one_in",
    "trouble",
    ["Fail some calls with 500", "About one in so many; 0 fails none"],
    number(0, 100, "one_in"),
    0,
  ),
];

const people: PersonView[] = [
  { email: "ada@lab.test", name: "Ada Lovage", behaviour: "says_yes" },
  { email: "joan@lab.test", name: "Joan Clarkberry", behaviour: "says_yes" },
  { email: "grace@lab.test", name: "Grace Hopple", behaviour: "says_no" },
  { email: "otto@lab.test", name: "Otto Lilac", behaviour: "wrong_password" },
  { email: "lena@lab.test", name: "Lena Turtle", behaviour: "takes_long" },
];

function arrived(seq: number, rest: Partial<LabRequest>): LabRequest {
  return {
    seq,
    at: new Date(Date.UTC(2026, 10, 22, 10, 42, seq)).toISOString(),
    millis: 3,
    connector: "harbour_erp",
    method: "GET",
    host: "api.harbour.example",
    path: "/v2/me",
    query: [],
    headers: [{ name: "authorization", value: "Bearer •••" }],
    body: { kind: "empty" },
    status: 200,
    outcome: "verified",
    steps: [{ what: "Access token", ok: true, detail: "right, of ada@lab.test" }],
    why: null,
    ...rest,
  };
}

const exchanges: LabRequest[] = [
  arrived(1, {
    host: "login.harbour.example",
    path: "/oauth/authorize",
    headers: [],
    outcome: "page",
    steps: [],
  }),
  arrived(2, {
    method: "POST",
    host: "login.harbour.example",
    path: "/oauth/token",
    headers: [{ name: "authorization", value: "Basic •••" }],
    body: { kind: "form", keys: ["grant_type", "code", "redirect_uri", "code_verifier"] },
    outcome: "granted",
    steps: [
      { what: "Client secret", ok: true, detail: "right" },
      { what: "Code", ok: true, detail: "known" },
      { what: "Redirect address", ok: true, detail: "the same" },
      { what: "Verifier", ok: true, detail: "matches" },
    ],
  }),
  arrived(3, {}),
  arrived(4, {
    path: "/v2/invoices",
    status: 401,
    outcome: "refused",
    steps: [{ what: "Access token", ok: false, detail: "expired" }],
    why: "Access token: expired",
  }),
];

type LabCommand = Extract<keyof Commands, `${string}lab${string}`>;

/** A Lab that runs and remembers what it is told, and plays the connectors of the made-up core. */
export function labCommands(world: World): Pick<Handlers, LabCommand> {
  let running = true;
  let ahead = 0;
  let kept = [...people];
  let log = [...exchanges];
  const set = new Map<string, Map<string, DialValue>>();
  const played = new Set(world.connectors.slice(0, 3).map(({ id }) => id));
  const changed = <T>(reply: T): T => {
    world.changed(["lab"]);
    return reply;
  };
  const status = (): LabStatus => ({
    running,
    here: running,
    address: running ? ADDRESS : null,
    ahead,
    plays: world.connectors
      .filter(({ id }) => played.has(id))
      .map(({ id, document }) => ({
        link_name: id,
        name: String(document.name),
        address: running ? `${ADDRESS}/${id}/api.example` : null,
      })),
  });
  const show = (connector: string | null | undefined): DialView[] => {
    const all = set.get("");
    const own = set.get(connector ?? "");
    return dials.map((one) => ({
      ...one,
      value: own?.get(one.id) ?? all?.get(one.id) ?? one.default,
      own: own?.has(one.id) ?? false,
    }));
  };
  return {
    lab_status: () => status(),
    start_lab: () => {
      running = true;
      return changed({ address: ADDRESS, notice: null, plays: status().plays });
    },
    stop_lab: () => {
      running = false;
      return changed(status());
    },
    play_in_lab: ({ connector }) => {
      if (!world.connectors.some(({ id }) => id === connector)) {
        throw refuse("not_found", "There is no such connector.");
      }
      played.add(connector);
      return changed(status());
    },
    forget_in_lab: ({ link_name }) => {
      played.delete(link_name);
      return changed(status());
    },
    lab_dials: ({ connector }) => show(connector),
    set_lab_dial: ({ connector, id, value }) => {
      const own = set.get(connector ?? "") ?? new Map<string, DialValue>();
      if (value === null || value === undefined) own.delete(id);
      else own.set(id, value);
      set.set(connector ?? "", own);
      return changed(show(connector));
    },
    reset_lab_dials: ({ connector }) => {
      set.delete(connector ?? "");
      return changed(show(connector));
    },
    lab_people: () => kept,
    save_lab_person: (person) => {
      kept = [...kept.filter(({ email }) => email !== person.email), person];
      return changed(kept);
    },
    delete_lab_person: ({ email }) => {
      kept = kept.filter((person) => person.email !== email);
      return changed(kept);
    },
    advance_lab: ({ seconds }) => {
      ahead += seconds;
      return changed(status());
    },
    revoke_in_lab: () => changed({ ended: 6 }),
    rotate_lab_keys: () => changed({}),
    lab_log: ({ since, search }) => {
      const words = (search ?? "").toLowerCase().split(/\s+/).filter(Boolean);
      const holds = (request: LabRequest) => {
        const text = JSON.stringify(request).toLowerCase();
        return words.every((word) => text.includes(word));
      };
      const last = exchanges.at(-1)?.seq ?? 0;
      return { requests: log.filter((request) => request.seq > (since ?? 0) && holds(request)), last };
    },
    clear_lab_log: () => {
      log = [];
      return changed({});
    },
  };
}
