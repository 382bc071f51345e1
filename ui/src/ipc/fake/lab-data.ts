import type { DialGroup, DialKind, DialValue, LabRequest, LabStep, PersonView } from "../generated";

export type FakeDial = {
  id: string;
  group: DialGroup;
  name: string;
  help: string;
  kind: DialKind;
  default: DialValue;
};

const onOff: DialKind = { kind: "switch" };
const choice = (...options: [value: string, name: string][]): DialKind => ({
  kind: "choice",
  options: options.map(([value, name]) => ({ value, name })),
});

/** A good part of the core's table: each kind and each unit is there. */
export const fakeDials: readonly FakeDial[] = [
  {
    id: "consent",
    group: "sign_in",
    name: "Ask for consent",
    help: "Shows the agreement page",
    kind: onOff,
    default: true,
  },
  {
    id: "person",
    group: "sign_in",
    name: "Sign in by itself",
    help: "This person is signed in without a page to choose on",
    kind: { kind: "person" },
    default: "",
  },
  {
    id: "deny",
    group: "sign_in",
    name: "Deny access",
    help: "The person says no",
    kind: onOff,
    default: false,
  },
  {
    id: "fewer_permissions",
    group: "sign_in",
    name: "Give fewer permissions than asked",
    help: "Leaves out the last one",
    kind: onOff,
    default: false,
  },
  {
    id: "redirect",
    group: "sign_in",
    name: "Redirect address",
    help: "Where the browser is sent back to",
    kind: choice(
      ["as_asked", "The one that was asked for"],
      ["not_registered", "Refused: it is not registered"],
      ["elsewhere", "Another address"],
    ),
    default: "as_asked",
  },
  {
    id: "callback",
    group: "sign_in",
    name: "Callback address (OAuth 1.0a)",
    help: "Whether the service says that it heard it",
    kind: choice(["confirmed", "Confirmed"], ["left_out", "Not confirmed, as before OAuth 1.0a"]),
    default: "confirmed",
  },
  {
    id: "token_lifetime",
    group: "tokens",
    name: "Token lifetime",
    help: "How long before a refresh is needed",
    kind: { kind: "number", least: 1, most: 30 * 86_400, unit: "seconds" },
    default: 3600,
  },
  {
    id: "refresh_token",
    group: "tokens",
    name: "Refresh token",
    help: "What a refresh gives besides a new access token",
    kind: choice(
      ["new_each_time", "A new one each time; the old one stops working"],
      ["same", "None: the old one goes on working"],
      ["none", "None is given at all"],
    ),
    default: "new_each_time",
  },
  {
    id: "refuse_refresh",
    group: "tokens",
    name: "Refuse every refresh",
    help: "As if the person had taken the permission back",
    kind: onOff,
    default: false,
  },
  {
    id: "clock_difference",
    group: "tokens",
    name: "Clock difference",
    help: "The service’s clock runs ahead or behind",
    kind: { kind: "number", least: -86_400, most: 86_400, unit: "seconds" },
    default: 0,
  },
  {
    id: "slow",
    group: "trouble",
    name: "Slow answers",
    help: "Adds this delay to every call",
    kind: { kind: "number", least: 0, most: 120_000, unit: "milliseconds" },
    default: 0,
  },
  {
    id: "fail_one_in",
    group: "trouble",
    name: "Fail some calls with 500",
    help: "About one in so many; 0 fails none",
    kind: { kind: "number", least: 0, most: 100, unit: "one_in" },
    default: 0,
  },
  {
    id: "limit_next",
    group: "trouble",
    name: "Answer the next calls with 429",
    help: "Too many requests; counts down by itself",
    kind: { kind: "number", least: 0, most: 100, unit: "requests" },
    default: 0,
  },
];

/** What the design's picture has set. */
export const fakeSettings: readonly [id: string, value: DialValue][] = [
  ["token_lifetime", 300],
  ["clock_difference", 90],
  ["slow", 400],
  ["fail_one_in", 12],
];

export const fakePeople = (): PersonView[] => [
  { email: "ada@lab.test", name: "Ada Lovage", behaviour: "says_yes" },
  { email: "joan@lab.test", name: "Joan Clarkberry", behaviour: "says_yes" },
  { email: "grace@lab.test", name: "Grace Hopple", behaviour: "says_no" },
  { email: "otto@lab.test", name: "Otto Lilac", behaviour: "wrong_password" },
  { email: "lena@lab.test", name: "Lena Turtle", behaviour: "takes_long" },
];

const right = (what: string, detail: string): LabStep => ({ what, detail, ok: true });

const token: LabStep[] = [
  right("Client authentication", "in the header, as this service takes it"),
  right("Client ID", "the one that the Lab issued"),
  right("Client secret", "right"),
];
const bearer = right("Access token", "known, and not expired");

type Sketch = Pick<LabRequest, "method" | "path" | "status" | "outcome" | "steps"> & Partial<LabRequest>;

/** A request with all that is not said as it usually is. */
export function fakeRequest(sketch: Sketch): Omit<LabRequest, "seq" | "at"> {
  const isToken = sketch.path === "/oauth/token";
  return {
    millis: 14,
    connector: "harbour_erp",
    host: isToken || sketch.path.startsWith("/oauth") ? "login.harbour.example" : "acme.harbour.example",
    query: [],
    headers: [
      { name: "authorization", value: isToken ? "Basic ••••••" : "Bearer ••••••" },
      { name: "accept", value: "application/json" },
      { name: "user-agent", value: "Patchbay/0.1.0" },
    ],
    body: { kind: "empty" },
    why: sketch.steps.find((step) => !step.ok)?.detail ?? null,
    ...sketch,
  };
}

const page = (number: string) => [{ name: "page", value: number }];
const since = [{ name: "since", value: "2026-03-01" }];

/** The design's twelve requests, and how many seconds after the first each one came. */
export const fakeRequests: readonly [seconds: number, request: Omit<LabRequest, "seq" | "at">][] = [
  [
    0,
    fakeRequest({
      method: "GET",
      path: "/oauth/authorize",
      status: 200,
      outcome: "page",
      headers: [{ name: "accept", value: "text/html" }],
      query: [
        { name: "response_type", value: "code" },
        { name: "client_id", value: "lab-harbour_erp" },
        { name: "state", value: "••••••" },
        { name: "code_challenge_method", value: "S256" },
      ],
      steps: [
        right("Client ID", "the one that the Lab issued"),
        right("Redirect address", "registered"),
        right("Code challenge", "there, S256"),
        right("Page", "choose a pretend person"),
      ],
    }),
  ],
  [
    12,
    fakeRequest({
      method: "POST",
      path: "/oauth/consent",
      status: 302,
      outcome: "sent_back",
      body: { kind: "form", keys: ["person", "agree"] },
      steps: [right("Person", "agrees")],
    }),
  ],
  [
    12,
    fakeRequest({
      method: "POST",
      path: "/oauth/token",
      status: 200,
      outcome: "granted",
      body: { kind: "form", keys: ["grant_type", "code", "redirect_uri", "code_verifier"] },
      steps: [
        ...token,
        right("Code", "known, and new"),
        right("Redirect address", "the same"),
        right("Verifier", "matches the challenge"),
      ],
    }),
  ],
  [13, fakeRequest({ method: "GET", path: "/v2/me", status: 200, outcome: "verified", steps: [bearer] })],
  [
    54,
    fakeRequest({
      method: "GET",
      path: "/v2/invoices",
      query: page("1"),
      status: 200,
      outcome: "echoed",
      steps: [bearer],
    }),
  ],
  [
    55,
    fakeRequest({
      method: "GET",
      path: "/v2/invoices",
      query: page("2"),
      status: 500,
      outcome: "troubled",
      steps: [],
    }),
  ],
  [
    57,
    fakeRequest({
      method: "GET",
      path: "/v2/invoices",
      query: page("2"),
      status: 200,
      outcome: "echoed",
      steps: [bearer],
    }),
  ],
  [
    253,
    fakeRequest({
      method: "GET",
      path: "/v2/invoices",
      query: since,
      status: 401,
      outcome: "refused",
      steps: [{ what: "Access token", detail: "expired 9 s ago by the service’s clock", ok: false }],
    }),
  ],
  [
    253,
    fakeRequest({
      method: "POST",
      path: "/oauth/token",
      status: 200,
      outcome: "granted",
      body: { kind: "form", keys: ["grant_type", "refresh_token"] },
      steps: [...token, right("Refresh token", "known; a new one is given")],
    }),
  ],
  [
    254,
    fakeRequest({
      method: "GET",
      path: "/v2/invoices",
      query: since,
      status: 200,
      outcome: "echoed",
      steps: [bearer],
    }),
  ],
  [
    295,
    fakeRequest({
      method: "GET",
      path: "/v2/contacts",
      status: 403,
      outcome: "refused",
      steps: [bearer, { what: "Permission", detail: "`contacts.read` was not given", ok: false }],
    }),
  ],
  [333, fakeRequest({ method: "GET", path: "/v2/me", status: 200, outcome: "verified", steps: [bearer] })],
];
