import type { VerificationOutcome } from "../ipc/generated";

const outcome: Record<VerificationOutcome, string> = {
  works: "Works",
  refused: "Refused",
  could_not_check: "Could not check",
};

/** One connection in detail. */
export const texts = {
  outcome,
  crumb: "Breadcrumb",
  tabs: { overview: "Overview", try: "Try it", history: "History" },
  tabsLabel: "Parts of the connection",
  verify: "Verify",
  reauthorize: "Reauthorize",
  rename: "Rename",
  more: "More actions",
  signInAgain: "Sign in again…",
  fix: { reauthorize: "Type the values again…", verify: "Ask the service again", enable: "Switch it on" },
  goesOn: (left: string, renews: boolean) =>
    renews ? `. ${left}, then it refreshes by itself.` : `. ${left}, then it needs Reauthorize.`,
  check: {
    title: "Last check",
    never: "Not verified yet",
    neverHint: (request: string) => `Verify sends ${request} and reads the reply.`,
    verifiedAt: (when: string) => `Worked ${when}`,
    failedAt: (when: string | null) => (when ? `Failed ${when}` : "Failed"),
    noRequest: "This connector names no request to verify with, so nothing can be proven.",
    addRequest: "Name one in the connector",
    request: "Request",
    said: "The service said",
    running: "Asking the service",
  },
  permissions: {
    title: "Permissions",
    count: (asked: number, given: number) => `${asked} asked, ${given} given`,
    given: "Given",
    notGiven: "Not given",
  },
  askMissing: "Ask for what is missing…",
  token: {
    title: "Token",
    refresh: "Refresh now",
    expires: "Expires",
    notTold: "The service does not say",
    renewal: "Refresh",
    byItself: "By itself, before it ends",
    byYou: "Needs Reauthorize",
  },
  access: {
    ask: "Ask the service if it still works",
    account: (account: string) => `Account: ${account}`,
    permissions: (values: readonly string[]) =>
      values.length > 0 ? `Permissions: ${values.join(", ")}` : "Permissions: none",
    until: (time: string) => `Good until ${time}`,
  },
  former: {
    says: (account: string | null, before: string | null) =>
      account === before
        ? "The sign-in of this connection was replaced. The one before is kept."
        : `This connection now acts as ${account ?? "another account"} instead of ${before ?? "the one before"}.`,
    until: (left: string) => `It can be undone: ${left}.`,
    undo: "Undo",
  },
  revoke: {
    menu: "Revoke…",
    title: (name: string) => `Revoke ${name}?`,
    message: (service: string) =>
      `${service} is told to end the authorization. The connection stays and needs a new sign-in before it works again. This cannot be undone.`,
    keep: "Keep it",
    confirm: "Revoke",
    done: (name: string) => `“${name}” is revoked`,
  },
  lab: {
    title: "In the Lab",
    says: "This connection is in the Lab: a pretend service on this machine answers, and nothing leaves it.",
    tryThis:
      "Let an hour pass or take the permission back there, then verify, and see how the connection copes.",
    hour: "An hour later",
    revoke: "Revoke there",
    open: "Open the Lab",
  },
  values: {
    title: "What was typed",
    labTitle: "What it signs in with",
    saved: "Saved",
    replace: "Replace",
    empty: "Left empty",
  },
  settings: "Settings",
  facts: {
    title: "Facts",
    linkName: "Link name",
    copyLinkName: "Copy the link name",
    connector: "Connector",
    authentication: "Sign-in",
    environment: "Environment",
    agentGroup: "Agent group",
    baseUrl: "Base address",
    standsInFor: "Stands in for",
    origins: "May go to",
    told: "Told by the service",
    labOnly: "The Lab on this machine, nowhere else",
    added: "Added",
  },
  try: {
    method: "Method",
    path: "Path",
    send: "Send",
    startsWith: (base: string) => `Starts with ${base}`,
    startsAs: (base: string, account: string) => `Starts with ${base}. Signed in as ${account}.`,
    query: "Query",
    addQuery: "Add a parameter",
    headers: "Headers",
    addHeader: "Add a header",
    body: "Body",
    bodyHint: "As text. The Content-Type header says what it is.",
    willBeSent: "What will be sent",
    reply: "Reply",
    noReply: "The reply stands here",
    noReplyHint: "Send the request, and read what the service answers.",
    sending: "Waiting for the service",
    replyTabs: { body: "Body", headers: "Headers" },
    copyBody: "Copy",
    noBody: "The reply has no body that is text.",
    cut: "Only the first 256 KB are shown.",
    refused: "The service does not accept the credential.",
    bytes: (n: number) =>
      n < 1024
        ? `${n} B`
        : n < 1024 * 1024
          ? `${(n / 1024).toFixed(1)} KB`
          : `${(n / 1024 / 1024).toFixed(1)} MB`,
  },
  history: {
    title: "History",
    empty: "Nothing has happened yet",
    more: "Show older",
    evidence: "What was sent and answered",
    scripts: "What the script did",
    noReply: "No reply",
    bodyShape: "Shape of the reply",
    tone: { good: "Went well", neutral: "Event", warning: "Could not check", bad: "Failed" },
  },
};
