import type { DiagnosisView, TrialGroup, TrialView } from "../generated";

export type FakeTrial = Pick<TrialView, "id" | "does" | "has_to" | "result" | "millis"> & {
  group: TrialGroup;
  found?: string;
  diagnosis?: DiagnosisView;
  /** What is another where the connector has no mistake. */
  right?: Partial<TrialView>;
};

/** A field name that the service does not use: the run finds it where the token ends. */
const wrongField: DiagnosisView = {
  causes: [
    {
      cause: "refresh_token_missing",
      title: "The service gave no refresh token",
      safe: "Nothing is lost: what is stored stays as it is.",
      others: "Or: ask for offline access.",
      score: 74,
      likelihood: "possible",
      action: {
        fix: "map_token_field",
        label: "Say where the refresh token stands",
        run: { kind: "connector", step: "security" },
      },
    },
    {
      cause: "token_shape_unexpected",
      title: "The reply has its tokens in other places than the connector says",
      safe: "Trying again unchanged cannot help. Nothing is lost.",
      others: null,
      score: 41,
      likelihood: "less_likely",
      action: {
        fix: "accept_reply_format",
        label: "Compare the reply with the connector",
        run: { kind: "connector", step: "security" },
      },
    },
  ],
  evidence: {
    sent: ["GET http://127.0.0.1:46413/harbour_erp/api.harbour.example/v2/me", "authorization: Bearer •••"],
    came: ["401", 'www-authenticate: Bearer error="invalid_token"', '{"message":"The token has expired."}'],
    known: ["has_refresh_token=false"],
    quotes: ["has_refresh_token=false", "invalid_token"],
  },
};

type Line = [id: string, does: string, has_to: string, result: "passed" | "refused", millis: number];

const line =
  (group: TrialGroup) =>
  ([id, does, has_to, result, millis]: Line): FakeTrial => ({ id, group, does, has_to, result, millis });

const signIn: Line[] = [
  ["agrees", "Agrees to everything", "Signs in", "passed", 212],
  ["wrong_secret", "Gets a wrong secret", "Stops and says so", "refused", 96],
  ["says_no", "Says no", "Stops and says so", "refused", 88],
  ["fewer_permissions", "Gives fewer permissions", "Shows what is missing", "passed", 140],
  ["another_state", "Answers with another state value", "Does not take the answer", "refused", 72],
  ["error_page", "Shows an error page, no redirect", "Times out and says so", "refused", 64],
  ["proof_key", "Demands a proof key (PKCE)", "Signs in", "passed", 131],
];

const tokens: Line[] = [
  ["reply_as_form", "Writes tokens as a form", "Reads them", "passed", 120],
  ["reply_as_page", "Answers with a page in the place of tokens", "Stops and says so", "refused", 84],
  ["new_refresh_token", "Gives a new refresh token each time", "Keeps the newest one", "passed", 166],
];

const tokensAfter: Line[] = [
  ["refresh_refused", "Refuses the refresh", "Asks to sign in again", "refused", 110],
  ["clock_ahead", "Has a clock that is 90 s ahead", "Still uses the token", "passed", 128],
  ["withdrawn", "Withdraws everything", "Asks to sign in again", "refused", 152],
];

const trouble: Line[] = [
  ["fails", "Answers 500", "Could not check, keeps state", "passed", 118],
  ["too_many", "Says that it is too much, wait 60 s", "Could not check, keeps state", "passed", 121],
  ["hangs_up", "Hangs up without an answer", "Could not check, keeps state", "passed", 133],
  ["no_answer", "Does not answer in time", "Could not check, keeps state", "passed", 204],
];

/** What a run of an OAuth connector tries. One trial fails: the token is not renewed. */
export const fakeTrials: FakeTrial[] = [
  ...signIn.map(line("sign_in")),
  ...tokens.map(line("tokens")),
  {
    id: "short_life",
    group: "tokens",
    does: "Gives tokens for 2 minutes",
    has_to: "Renews them and carries on",
    result: "failed",
    millis: 164,
    found: "The service does not accept the token any more.",
    diagnosis: wrongField,
    right: { result: "passed", found: null, diagnosis: null },
  },
  ...tokensAfter.map(line("tokens")),
  ...trouble.map(line("trouble")),
];
