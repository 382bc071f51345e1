import type { JsonObject, StageView, StampView } from "../generated";
import { exampleScript } from "./example-script";
import { parcel } from "./logo";

export type FakeConnector = {
  id: string;
  stage: StageView;
  document: JsonObject;
  version: number;
  savedAt: string;
  readyDocument: string | null;
  /** What the last run of *Prove it* proved. */
  stamp: StampView | null;
};

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

function connector(id: string, stage: StageView, changed: number, document: JsonObject): FakeConnector {
  const whole = { patchbay: 1, link_name: id, ...document };
  return {
    id,
    stage,
    document: whole,
    version: 1,
    savedAt: minutesAgo(changed),
    readyDocument: stage === "ready" ? JSON.stringify(whole) : null,
    stamp: null,
  };
}

const bearer = (name = "Access token") => ({ type: "bearer", name, prefix: "Bearer" });
const apiKey = (key: string, name = "API key") => ({
  type: "api_key",
  parameters: [{ name, key, location: "header" }],
});

/** The ready-made connector of *Try it offline*. */
export const exampleConnector = (id: string): FakeConnector =>
  connector(id, "ready", 0, {
    name: "Harbour ERP",
    description: "A made-up service to practise with. Nobody runs it but the Lab.",
    base_url: "https://api.harbour.example/v2",
    authentication: {
      type: "oauth2",
      authorize_url: "https://login.harbour.example/authorize",
      token_url: "https://login.harbour.example/token",
      revoke_url: "https://login.harbour.example/revoke",
      redirect: "loopback",
    },
    scopes: {
      delimiter: "space",
      items: [
        { name: "Read invoices", value: "invoices.read", default: true },
        { name: "Post invoices", value: "invoices.write", default: true },
        { name: "Close the month", value: "ledger.close" },
      ],
    },
    verify: { method: "GET", path: "/me", account: "/email" },
  });

/** Those that people sign in to. */
function signInConnectors(): FakeConnector[] {
  return [
    connector("salesforce", "ready", 60 * 420, {
      name: "Salesforce",
      description: "Leads and accounts.",
      base_url: "https://acme.sales.example/services",
      authentication: {
        type: "oauth2",
        authorize_url: "https://login.sales.example/oauth/authorize",
        token_url: "https://login.sales.example/oauth/token",
        revoke_url: "https://login.sales.example/oauth/revoke",
        redirect: "loopback",
        extra_authorize_params: { prompt: "consent" },
      },
      scopes: {
        delimiter: "space",
        items: [
          {
            name: "Read accounts",
            value: "accounts.read",
            default: true,
            description: "See companies and people",
          },
          { name: "Change accounts", value: "accounts.write", description: "Create and change them" },
          {
            name: "Read deals",
            value: "deals.read",
            default: true,
            description: "See deals and their stages",
          },
          { name: "Change deals", value: "deals.write", description: "Move deals between stages" },
          { name: "Read reports", value: "reports.read", description: "Run reports of the pipeline" },
          {
            name: "Stay signed in",
            value: "offline_access",
            default: true,
            description: "Refresh without asking again",
          },
        ],
      },
      verify: { method: "GET", path: "/userinfo", account: "/email" },
    }),
    connector("github", "ready", 60 * 520, {
      name: "GitHub",
      description: "Repositories and releases.",
      base_url: "https://api.code.example",
      authentication: {
        type: "oauth2",
        grant_type: "device_code",
        client_id: "pb-code-1",
        client_authentication: "none",
        device_authorization_url: "https://code.example/login/device/code",
        token_url: "https://code.example/login/oauth/token",
      },
      scopes: {
        delimiter: "comma",
        items: [
          { name: "Read repositories", value: "repo.read", default: true },
          { name: "Write releases", value: "releases.write", default: true },
        ],
      },
      verify: { method: "GET", path: "/user", account: "/login" },
    }),
    connector("google_workspace", "ready", 60 * 560, {
      name: "Google Workspace",
      description: "Calendars and people.",
      base_url: "https://api.workspace.example",
      authentication: { type: "openid_connect", issuer: "https://accounts.workspace.example" },
      scopes: {
        delimiter: "space",
        items: [
          { name: "See calendars", value: "calendar.readonly", default: true },
          { name: "See and change events", value: "calendar.events", default: true },
          { name: "See your e-mail address", value: "email", default: true },
          { name: "See the company directory", value: "directory.readonly" },
        ],
      },
      verify: { method: "GET", path: "/userinfo", account: "/email" },
    }),
  ];
}

/** What earlier runs of *Prove it* left: one that holds, one that found something, one that is stale. */
const stamps: Record<string, Omit<StampView, "proved_at"> & { minutes: number }> = {
  stripe: { minutes: 125, passed: 7, refused: 1, failed: 0, holds: true, is_ready: true },
  parcelline: { minutes: 60 * 50, passed: 7, refused: 0, failed: 1, holds: true, is_ready: true },
  orchard_pos: { minutes: 60 * 300, passed: 7, refused: 1, failed: 0, holds: false, is_ready: false },
};

function withStamp(each: FakeConnector): FakeConnector {
  const known = stamps[each.id];
  if (!known) return each;
  const { minutes, ...stamp } = known;
  return { ...each, stamp: { ...stamp, proved_at: minutesAgo(minutes) } };
}

/** Pretend connectors, one of each authentication type at least. */
export function fakeConnectors(): FakeConnector[] {
  return allConnectors().map(withStamp);
}

function allConnectors(): FakeConnector[] {
  return [
    connector("harbour_erp", "draft", 1, {
      name: "Harbour ERP",
      description: "Invoices, contacts and payments from Harbour ERP, for month-end postings.",
      documentation_url: "https://developers.harbour.example/api",
      script: exampleScript,
      base_url: "https://{subdomain}.harbour.example/{company}/v2",
      settings: [
        {
          key: "subdomain",
          label: "Subdomain",
          help: "The first part of your address.",
          example: "acme",
          required: true,
        },
        {
          key: "company",
          label: "Company code",
          help: "Four digits, as on your invoices.",
          example: "4711",
          required: true,
        },
        { key: "region", label: "Region", options: ["eu", "us"], required: false },
      ],
      headers: { Accept: "application/json" },
      authentication: apiKey("X-Harbour-Key"),
    }),
    connector("parcelline", "ready", 60 * 26, {
      name: "Parcelline",
      description: "Shipments and labels.",
      logo: parcel,
      base_url: "https://api.parcelline.example/v1",
      authentication: {
        type: "api_key",
        parameters: [
          {
            name: "API key",
            key: "X-Api-Key",
            location: "header",
            help: "In Parcelline under Account, then Developer keys.",
            looks_like: "pl_live_",
          },
          { name: "Account number", key: "account", location: "query", secret: false },
          { name: "Warehouse", key: "X-Warehouse", location: "header", secret: false, optional: true },
        ],
      },
      verify: { method: "GET", path: "/me", account: "/account/email" },
    }),
    connector("lumen_ledger", "ready", 60 * 49, {
      name: "Lumen Ledger",
      description: "Journals and balances.",
      base_url: "https://api.lumen.example",
      authentication: {
        type: "basic",
        username: { name: "Account number", key: "username" },
        password: { name: "Access code", key: "password" },
      },
      verify: { method: "GET", path: "/whoami", expect_status: [200], account: "/login" },
    }),
    connector("brightwell_crm", "ready", 60 * 73, {
      name: "Brightwell CRM",
      description: "Customers and deals.",
      base_url: "https://crm.brightwell.example/api",
      authentication: bearer(),
      verify: { method: "GET", path: "/users/me", account: "/email" },
    }),
    connector("tidewater_booking", "draft", 60 * 200, {
      name: "Tidewater Booking",
      description: "Rooms and rates.",
      base_url: "https://tidewater.example/api",
      authentication: {
        type: "basic",
        username: { name: "User name", key: "username" },
        password: { name: "Password", key: "password" },
      },
    }),
    connector("orchard_pos", "ready", 60 * 300, {
      name: "Orchard POS",
      description: "Tills and receipts.",
      base_url: "https://pos.orchard.example",
      authentication: {
        type: "auth_fields",
        fields: [
          { name: "Store ID", key: "store", type: "text" },
          { name: "Till PIN", key: "pin", type: "password" },
          { name: "Country", key: "country", type: "list", options: ["DE", "FR", "GB"], optional: true },
        ],
      },
      verify: { method: "POST", path: "/session" },
    }),
    connector("shopify", "ready", 60 * 400, {
      name: "Shopify",
      description: "Orders and stock.",
      base_url: "https://{shop}.myshopify.example/admin",
      settings: [{ key: "shop", label: "Shop", example: "acme", required: true }],
      authentication: apiKey("X-Shop-Token", "Admin token"),
      verify: { method: "GET", path: "/shop.json", account: "/shop/domain" },
    }),
    connector("hubspot", "ready", 60 * 440, {
      name: "HubSpot",
      description: "Lists and mailings.",
      base_url: "https://api.hub.example",
      authentication: bearer("Private app token"),
      verify: { method: "GET", path: "/me", account: "/user" },
    }),
    connector("amazon_s3", "ready", 60 * 460, {
      name: "Amazon S3",
      description: "Buckets of files.",
      base_url: "https://s3.eu-central-1.files.example",
      authentication: { type: "aws_sigv4", service: "s3", region: "eu-central-1" },
      verify: { method: "GET", path: "/" },
    }),
    connector("slack", "ready", 60 * 480, {
      name: "Slack",
      description: "Channels and messages.",
      base_url: "https://chat.example/api",
      authentication: bearer("Bot token"),
      verify: { method: "POST", path: "/auth.test", account: "/team" },
    }),
    connector("stripe", "ready", 60 * 500, {
      name: "Stripe",
      description: "Payments and payouts.",
      base_url: "https://api.pay.example/v1",
      authentication: bearer("Secret key"),
      verify: { method: "GET", path: "/account", account: "/business" },
    }),
    connector("jira_cloud", "ready", 60 * 540, {
      name: "Jira Cloud",
      description: "Issues and boards.",
      base_url: "https://{site}.issues.example/rest",
      settings: [{ key: "site", label: "Site", example: "acme", required: true }],
      authentication: {
        type: "basic",
        username: { name: "E-mail", key: "username" },
        password: { name: "API token", key: "password" },
      },
      verify: { method: "GET", path: "/myself", account: "/emailAddress" },
    }),
    connector("boards", "ready", 60 * 550, {
      name: "Boards",
      description: "Cards and lists.",
      base_url: "https://api.boards.example/1",
      authentication: {
        type: "oauth1",
        client_id: "pb-boards-1",
        request_token_url: "https://boards.example/1/OAuthGetRequestToken",
        authorize_url: "https://boards.example/1/OAuthAuthorizeToken",
        access_token_url: "https://boards.example/1/OAuthGetAccessToken",
        redirect: "oob",
      },
      verify: { method: "GET", path: "/members/me", account: "/username" },
    }),
    ...signInConnectors(),
  ];
}
