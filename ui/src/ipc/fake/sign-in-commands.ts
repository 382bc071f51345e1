import { goes, grantOf } from "../../features/builder/oauth/flow";
import { redirectAddress, redirectWayOf } from "../../features/builder/oauth/redirect-address";
import { asList, asObject, asText } from "../../lib/json";

import type {
  AttemptView,
  DiagnosisView,
  BeginConnect,
  FailureView,
  JsonObject,
  ScopeView,
  SignInView,
  StepKindView,
  VerificationView,
  WayView,
} from "../generated";
import type { FakeConnection } from "./connections-data";
import { type Handlers, refuse } from "./handlers";
import type { World } from "./world";

/** A pretend service that people sign in to: it agrees once its page is opened again. A connection called `Blocked` is
 *  stopped by it, one called `Elsewhere` is told another address, and whoever reauthorizes turns out to be somebody else. */

type SignInCommand = "open_sign_in" | "copy_sign_in_link" | "paste_redirect" | "explain_page" | "enter_pin";

const LIFE_MS = 10 * 60_000;
const PAUSE_MS = 700;
const PORT = 49_152;
const ELSEWHERE = "https://acme.eu.harbour.example:443";

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

type Flow = "browser" | "device" | "direct";

export function flowOf(document: JsonObject): Flow | null {
  const authentication = asObject(document.authentication);
  if (authentication.type === "oauth1") return authentication.legs === 2 ? "direct" : "browser";
  if (authentication.type !== "oauth2" && authentication.type !== "openid_connect") return null;
  const grant = grantOf(authentication);
  if (goes(grant, "browser")) return "browser";
  return goes(grant, "device") ? "device" : "direct";
}

export function permissionsOf(document: JsonObject): ScopeView[] {
  return asList(asObject(document.scopes).items)
    .map(asObject)
    .map((row) => ({
      name: asText(row.name),
      value: asText(row.value),
      default: row.default === true,
      description: asText(row.description) || null,
    }));
}

/** The sign-in as it begins. */
export function beginSignIn(document: JsonObject, request: BeginConnect, flow: Flow): SignInView {
  const authentication = asObject(document.authentication);
  const written = wayOf(authentication);
  const way = flow !== "browser" ? null : written === "pin" ? written : (request.way ?? written);
  const opened = flow === "device" ? "device" : "browser";
  return {
    way,
    redirect_uri: way && addressOf(way, authentication),
    private: authentication.private_session === true,
    device: flow === "device" ? deviceCode("KQTR-7NFX") : null,
    until: flow === "direct" ? null : new Date(Date.now() + LIFE_MS).toISOString(),
    seconds_left: flow === "direct" ? null : LIFE_MS / 1000,
    steps: flow === "direct" ? [] : [{ kind: opened, at: new Date().toISOString() }],
    requested: request.scopes ?? [],
    granted: [],
    expires_at: null,
    account: null,
    account_before: null,
    new_addresses: [],
    failure: null,
  };
}

/** The same once it is begun anew. */
export function begunAgain(signIn: SignInView): SignInView {
  return {
    ...signIn,
    device: signIn.device && deviceCode("WMZP-3HDJ"),
    until: inMinutes(10),
    steps: signIn.steps.slice(0, 1),
    granted: [],
    new_addresses: [],
    failure: null,
  };
}

function deviceCode(code: string) {
  const address = "https://code.example/device";
  return {
    user_code: code,
    verification_uri: address,
    verification_uri_complete: `${address}?user_code=${code}`,
  };
}

/** How a connector brings people back. */
export function wayOf(authentication: JsonObject): WayView {
  const written = redirectWayOf(authentication);
  return written === "oob" ? "pin" : written;
}

export function addressOf(way: WayView, authentication: JsonObject): string {
  if (way === "pin") return "oob";
  return way === "loopback"
    ? `http://127.0.0.1:${PORT}/callback`
    : redirectAddress({ ...authentication, redirect: way });
}

type Connecting = {
  attemptOf: (id: string) => { view: AttemptView; usual: ReadonlySet<string> };
  move: (id: string, change: Partial<AttemptView>) => AttemptView;
  connect: (id: string, verification: VerificationView | null) => AttemptView;
};

/** Walks an attempt through what comes behind the person's consent. */
export function makeSignInRun(world: World, { attemptOf, move, connect }: Connecting) {
  const later = (id: string, next: () => void) =>
    setTimeout(() => {
      if (world.attempts.has(id)) next();
    }, PAUSE_MS);
  const advance = (
    id: string,
    kind: StepKindView,
    change: Partial<SignInView>,
    state: AttemptView["state"],
  ) => {
    const signIn = attemptOf(id).view.sign_in;
    if (!signIn) return;
    const step = { kind, at: new Date().toISOString() };
    move(id, { state, sign_in: { ...signIn, ...change, steps: [...signIn.steps, step] } });
  };
  const verify = (id: string, existing: FakeConnection | undefined) => {
    const account = existing ? "j.okafor@acme.test" : "jane@acme.test";
    const verification: VerificationView = {
      outcome: "works",
      sentence: `Connected as ${account}`,
      advice: null,
      account,
      said: null,
      status: 200,
      millis: 184,
    };
    move(id, { verification });
    advance(id, "verified", { account }, "verifying");
    const signIn = attemptOf(id).view.sign_in;
    if (!existing || !signIn || existing.row.account === account) return void connect(id, verification);
    move(id, { state: "another_account", sign_in: { ...signIn, account_before: existing.row.account } });
  };
  return function goOn(id: string, existing?: FakeConnection): void {
    const { view, usual } = attemptOf(id);
    const signIn = view.sign_in;
    if (!signIn) return;
    if (signIn.new_addresses.length > 0) return void later(id, () => verify(id, existing));
    const exchange = () => {
      // What is not usual, this service keeps to itself.
      const granted = signIn.requested.filter((value) => usual.has(value));
      advance(id, "exchanged", { granted, expires_at: inMinutes(60), until: null }, "verifying");
      later(id, () => {
        const given = attemptOf(id).view.sign_in;
        if (given && view.name === "Elsewhere")
          move(id, { state: "new_addresses", sign_in: { ...given, new_addresses: [ELSEWHERE] } });
        else verify(id, existing);
      });
    };
    if (signIn.way === null) return void later(id, exchange);
    later(id, () => {
      advance(id, "redirect", { until: null }, "exchanging");
      later(id, exchange);
    });
  };
}

/** What the core finds when a service does not know the redirect address. */
export function redirectFailure(name: string): FailureView {
  return {
    code: "redirect_uri_mismatch",
    happened: `The redirect address is not registered at ${name}.`,
    safe: "No connection was made or changed.",
    action: "Copy the redirect address and add it to the app at the service, letter by letter.",
    said: null,
  };
}

/** Why that may be, in the core's words. */
export const redirectDiagnosis: DiagnosisView = {
  causes: [
    {
      cause: "redirect_mismatch",
      title: "The redirect address is not the one registered with the service",
      safe: "Trying again unchanged cannot help. Nothing is lost: keep what is stored.",
      others: "Or: use a fixed local port, or switch between localhost and 127.0.0.1.",
      score: 92,
      likelihood: "most_likely",
      action: {
        fix: "copy_redirect_address",
        label: "Copy the redirect address and register it",
        run: { kind: "copy_redirect" },
      },
    },
    {
      cause: "custom_scheme_not_registered",
      title: "The browser does not know how to open this app",
      safe: "Trying again is safe: nothing was sent or spent. Keep what is stored.",
      others: null,
      score: 64,
      likelihood: "possible",
      action: {
        fix: "use_loopback_redirect",
        label: "Use the loopback redirect on 127.0.0.1",
        run: { kind: "redirect", way: "loopback" },
      },
    },
    {
      cause: "admin_consent_required",
      title: "An administrator has to approve this app",
      safe: "Trying again unchanged cannot help. Nothing is lost: keep what is stored.",
      others: "Or: edit the scopes.",
      score: 30,
      likelihood: "less_likely",
      action: { fix: "ask_administrator", label: "Ask the administrator", run: { kind: "elsewhere" } },
    },
  ],
  evidence: {
    sent: [],
    came: [
      "error=redirect_uri_mismatch",
      "error_description=The redirect_uri MUST match the registered callback URL for this application.",
    ],
    known: ["redirect_sent=dev.patchbay:/oauth/callback"],
    quotes: ["The redirect_uri MUST match the registered callback URL for this application"],
  },
};

export function signInCommands(world: World, goOn: (id: string) => void): Pick<Handlers, SignInCommand> {
  const attemptOf = (id: string) => {
    const found = world.attempts.get(id);
    if (!found) throw refuse("not_found", "This sign-in has ended.", { action: "Begin again." });
    return found;
  };
  return {
    open_sign_in: ({ attempt }) => {
      if (attemptOf(attempt).view.state === "signing_in") goOn(attempt);
      return {};
    },
    copy_sign_in_link: ({ attempt }) => {
      attemptOf(attempt);
      return {};
    },
    paste_redirect: ({ address }) => {
      const [attempt] = [...world.attempts.keys()].slice(-1);
      if (!attempt || !address.includes("state="))
        throw refuse("usage", "This is not the address of a finished sign-in.", {
          safe: "The sign-in still waits.",
          action: "Copy the whole address of the page that you landed on.",
        });
      goOn(attempt);
      return attemptOf(attempt).view;
    },
    explain_page: ({ attempt, page }) => {
      const { sign_in } = attemptOf(attempt).view;
      if (sign_in?.redirect_uri && page.startsWith(sign_in.redirect_uri))
        throw refuse("missing", "Some values are missing or do not fit.", {
          action: "Correct what is listed.",
          field: "page",
          names: [
            "page: This is the address that the sign-in waits for. Paste it as the address you landed on.",
          ],
        });
      if (!/error|redirect|mismatch/i.test(page)) return { diagnosis: null };
      const came = [`text=${page}`, "seen_by=user"];
      const known = [`redirect_sent=${sign_in?.redirect_uri ?? ""}`];
      const quotes = page.includes("redirect_uri_mismatch") ? ["redirect_uri_mismatch"] : [];
      const { causes } = redirectDiagnosis;
      return { diagnosis: { causes: causes.slice(0, 2), evidence: { sent: [], came, known, quotes } } };
    },
    enter_pin: ({ attempt }) => {
      goOn(attempt);
      return attemptOf(attempt).view;
    },
  };
}
