import type { ConnectionRow, HistoryRow, NewVersionView, StatusKind } from "../generated";

export type FakeConnection = {
  row: ConnectionRow;
  createdAt: string;
  settings: Record<string, string>;
  filled: string[];
  before: StatusKind | null;
  history: HistoryRow[];
  /** The account before the last Reauthorize, while it can be brought back. */
  former?: { account: string | null; until: string } | null;
  /** What the newer version of its connector asks, where one is ready. */
  newVersion?: NewVersionView | null;
  /** Whether the Lab was told to end what it had given it. */
  revoked?: boolean;
};

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

type Sketch = {
  name: string;
  connector: string;
  account: string | null;
  environment?: "staging" | "lab";
  kind?: StatusKind;
  sentence?: string;
  permissions?: [granted: number, requested: number];
  /** Minutes from now. */
  expires?: number;
  /** Minutes ago; never when left out. */
  verified?: number;
};

const sketches: Sketch[] = [
  {
    name: "Finance postings",
    connector: "Harbour ERP",
    account: "finance@acme.test",
    kind: "needs_attention",
    sentence: "Sign-in rejected",
    verified: 180,
  },
  {
    name: "Returns store",
    connector: "Shopify",
    account: "returns.acme.test",
    kind: "needs_attention",
    sentence: "Access revoked",
    permissions: [4, 6],
    verified: 26,
  },
  {
    name: "Sales pipeline",
    connector: "Salesforce",
    account: "jane@acme.test",
    kind: "expiring",
    sentence: "Expires in 9 min",
    permissions: [6, 6],
    expires: 9.5,
    verified: 4,
  },
  {
    name: "Ledger sync",
    connector: "Lumen Ledger",
    account: "svc-ledger@acme.test",
    environment: "staging",
    kind: "expiring",
    sentence: "Expires in 2 days",
    permissions: [2, 2],
    expires: 60 * 49,
    verified: 61,
  },
  { name: "EU depot", connector: "Parcelline", account: "depot-eu@acme.test", verified: 8 },
  {
    name: "Newsletter lists",
    connector: "HubSpot",
    account: "marketing@acme.test",
    permissions: [8, 8],
    expires: 26.5,
    verified: 2,
  },
  { name: "Nightly exports", connector: "Amazon S3", account: "acme-exports", verified: 360 },
  { name: "Ops alerts", connector: "Slack", account: "Acme workspace", permissions: [3, 3], verified: 12 },
  { name: "Payouts", connector: "Stripe", account: "Acme GmbH", verified: 8 },
  {
    name: "Release bot",
    connector: "GitHub",
    account: "acme-release-bot",
    permissions: [4, 4],
    verified: 31,
  },
  {
    name: "Support board",
    connector: "Jira Cloud",
    account: "support@acme.test",
    environment: "staging",
    permissions: [5, 5],
    expires: 51.5,
    verified: 2,
  },
  {
    name: "Team calendar",
    connector: "Google Workspace",
    account: "jane@acme.test",
    permissions: [3, 4],
    expires: 42.5,
    verified: 2,
  },
  {
    name: "Finance rehearsal",
    connector: "Harbour ERP",
    account: "ada@lab.test",
    environment: "lab",
    permissions: [5, 5],
    verified: 0,
  },
  {
    name: "Pilot accounts",
    connector: "Brightwell CRM",
    account: null,
    environment: "staging",
    kind: "not_signed_in",
    sentence: "Not signed in",
  },
];

export const environments = {
  production: { link_name: "production", name: "Production" },
  staging: { link_name: "staging", name: "Staging" },
  lab: { link_name: "lab", name: "Lab" },
};

export const linkName = (name: string, joint: "-" | "_") =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, joint)
    .replaceAll(/^[^a-z]+|[-_]+$/g, "")
    .slice(0, 50) || (joint === "-" ? "connection" : "connector");

function fromSketch(sketch: Sketch, id: string): FakeConnection {
  const kind = sketch.kind ?? "connected";
  const verified = sketch.verified === undefined ? null : inMinutes(-sketch.verified);
  return {
    row: {
      id,
      name: sketch.name,
      link_name: linkName(sketch.name, "-"),
      connector: {
        id: linkName(sketch.connector, "_"),
        link_name: linkName(sketch.connector, "_"),
        name: sketch.connector,
      },
      environment: environments[sketch.environment ?? "production"],
      account: sketch.account,
      status: { kind, sentence: sketch.sentence ?? `Connected as ${sketch.account ?? ""}` },
      permissions: sketch.permissions
        ? { granted: sketch.permissions[0], requested: sketch.permissions[1] }
        : null,
      expires_at: sketch.expires === undefined ? null : inMinutes(sketch.expires),
      verified_at: verified,
    },
    createdAt: inMinutes(-60 * 24 * 12),
    settings: {},
    filled: [],
    before: null,
    history: fakeHistory(sketch, verified),
  };
}

function fakeHistory(sketch: Sketch, verified: string | null): HistoryRow[] {
  if (verified === null) return [];
  const call = (at: string, status: number, millis: number, path = "/me") => ({
    id: `x-${sketch.name}-${at}`,
    method: "GET",
    url: `https://api.example${path}`,
    request_headers: [
      ["Authorization", "Bearer ••••••••"],
      ["Accept", "application/json"],
    ] as [string, string][],
    status,
    headers: [["Content-Type", "application/json"]] as [string, string][],
    body_shape: '{ "email": string, "id": string }',
    no_reply: null,
    scripts:
      sketch.connector === "Harbour ERP"
        ? [{ event: "before_action", micros: 840, log: ["signed GET /v2/me"] }]
        : [],
    millis,
  });
  const bad = sketch.kind === "needs_attention";
  return [
    bad
      ? {
          at: verified,
          sentence: `Verified: ${sketch.sentence ?? ""}`,
          tone: "bad" as const,
          aside: "212 ms",
          exchange: call(verified, 401, 212),
        }
      : {
          at: verified,
          sentence: "Verified",
          tone: "good" as const,
          aside: "205 ms",
          exchange: call(verified, 200, 205),
        },
    ...(sketch.expires === undefined || sketch.expires > 60
      ? []
      : [
          {
            at: inMinutes(sketch.expires - 60),
            sentence: "Token refreshed",
            tone: "neutral" as const,
            aside: "Lasts 60 min",
            exchange: null,
          },
        ]),
    {
      at: inMinutes(-60 * 13),
      sentence: "GET /calendar answered 200",
      tone: "neutral" as const,
      aside: "184 ms",
      exchange: call(inMinutes(-60 * 13), 200, 184, "/calendar"),
    },
    {
      at: inMinutes(-60 * 26),
      sentence: "Could not check: no answer in 60 s",
      tone: "warning" as const,
      aside: "60 s",
      exchange: {
        ...call(inMinutes(-60 * 26), 0, 60_000),
        status: null,
        headers: [],
        body_shape: null,
        no_reply: "No answer within 60 s",
        scripts: [],
      },
    },
    {
      at: inMinutes(-60 * 24 * 9),
      sentence: `Renamed to “${sketch.name}”`,
      tone: "neutral" as const,
      aside: null,
      exchange: null,
    },
    {
      at: inMinutes(-60 * 24 * 12),
      sentence: `Connected as ${sketch.account ?? ""}`,
      tone: "good" as const,
      aside: sketch.permissions ? `${permissionsOf(sketch.permissions)}, 184 ms` : "184 ms",
      exchange: call(inMinutes(-60 * 24 * 12), 200, 184),
    },
  ].toSorted((a, b) => b.at.localeCompare(a.at));
}

const permissionsOf = ([given, asked]: [given: number, asked: number]) =>
  given === asked ? `${asked} permissions` : `${given} of ${asked} permissions`;

/** The connections whose connector has a newer version. */
const newVersions: Record<string, NewVersionView> = {
  Payouts: { asks: [], permissions: [] },
  "Support board": {
    asks: [
      "What it signs in with would go to https://api.eu.atlassian.com. Nobody agreed to that yet.",
      "It asks to be allowed: Write comments.",
    ],
    permissions: [],
  },
};

/** The design's fourteen connections, or `count` of them over and over. */
export function fakeConnections(count = sketches.length): FakeConnection[] {
  return Array.from({ length: count }, (_, index) => {
    const round = Math.floor(index / sketches.length);
    const sketch = sketches[index % sketches.length] as Sketch;
    const made = fromSketch(
      round === 0 ? sketch : { ...sketch, name: `${sketch.name} ${round + 1}` },
      `connection-${index + 1}`,
    );
    return { ...made, newVersion: newVersions[sketch.name] ?? null };
  });
}
