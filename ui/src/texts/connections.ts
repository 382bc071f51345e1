import type { SortView, StatusKind } from "../ipc/generated";

const statusFilter: Record<StatusKind, string> = {
  needs_attention: "Attention",
  expiring: "Expiring",
  waiting: "Waiting",
  connected: "Connected",
  not_signed_in: "Not signed in",
  disabled: "Disabled",
};

const status: Record<StatusKind, string> = {
  needs_attention: "Needs attention",
  expiring: "Expiring",
  waiting: "Waiting for you",
  connected: "Connected",
  not_signed_in: "Not signed in",
  disabled: "Disabled",
};

const sort: Record<SortView, { name: string; hint: string }> = {
  status: { name: "Status", hint: "Needs attention first" },
  name: { name: "Name", hint: "From A to Z" },
  connector: { name: "Connector", hint: "From A to Z, then by name" },
};

/** The list of connections and what can be done there. */
export const texts = {
  title: "Connections",
  search: "Search connections",
  add: "Add connection",
  verifyAll: "Verify all",
  status,
  statusFilter,
  statusLabel: "Status",
  all: "All",
  lab: "Lab (offline)",
  verifying: "Verifying",
  filterConnector: "Connector",
  filterEnvironment: "Environment",
  any: "Any",
  sort,
  sortLabel: (by: string) => `Sort: ${by}`,
  columns: {
    name: "Name",
    connector: "Connector",
    account: "Account",
    environment: "Environment",
    permissions: "Permissions",
    expires: "Expires",
    verified: "Verified",
    actions: "Actions",
  },
  selectAll: "Select all connections",
  select: (name: string) => `Select ${name}`,
  actionsFor: (name: string) => `Actions for ${name}`,
  notSignedIn: "Not signed in yet",
  noPermissions: "Not used by this connector",
  permissions: (n: number) => (n === 1 ? "1 permission" : `${n} permissions`),
  someOf: (granted: number, requested: number) => `${granted} of ${requested}`,
  doesNotExpire: "Does not expire",
  finishSetup: "Finish setup",
  waiting: "Waiting for you",
  switchedOff: "Switched off",
  never: "Never",
  sealed: "Secrets are sealed on this machine",
  shown: (shown: string, all: string) =>
    shown === all ? (all === "1" ? "1 connection" : `${all} connections`) : `${shown} of ${all} connections`,
  loading: "Connections, loading",
  slow: "Still reading the connections.",
  nothingFound: "No connection matches",
  nothingFoundHint: "Take away a filter, or search for something else.",
  clearFilters: "Show all connections",
  selected: (n: number) => `${n} selected`,
  selectionToolbar: "Selected connections",
  clearSelection: "Clear selection",
  menu: {
    open: "Open",
    verify: "Verify",
    reauthorize: "Reauthorize…",
    rename: "Rename…",
    duplicate: "Duplicate",
    disable: "Disable",
    enable: "Enable",
    delete: "Delete…",
  },
  verified: (name: string) => `“${name}” works`,
  verifyProgress: (done: number, all: number) => `Verifying ${done} of ${all}`,
  verifyDone: (works: number, all: number) =>
    all === 1 ? (works ? "It works" : "It was not verified") : `${works} of ${all} connections verified`,
  stop: "Stop",
  seeWhy: "See why",
  disabledDone: (name: string) => `“${name}” is switched off`,
  disabledDetail: "Its calls end at once until it is switched on.",
  enabledDone: (name: string) => `“${name}” is switched on`,
  duplicated: (name: string) => `“${name}” added`,
  deleted: (n: number, name: string) => (n === 1 ? `“${name}” deleted` : `${n} connections deleted`),
  rename: {
    title: "Rename the connection",
    label: "Connection name",
    hint: (linkName: string) => `Scripts go on calling it ${linkName}.`,
    empty: "The name is empty. Type one.",
    save: "Rename",
  },
  delete: {
    title: (n: number, name: string) =>
      n === 1 ? `Delete the connection “${name}”?` : `Delete ${n} connections?`,
    message: (n: number) =>
      n === 1
        ? "This cannot be undone. Its sealed credential and its history are forgotten here. Where the service can be told to end the sign-in, it is told first; you see whether it did."
        : "This cannot be undone. Their sealed credentials and histories are forgotten here. Services that can be told to end a sign-in are told first; you see which did not.",
    keep: (n: number) => (n === 1 ? "Keep it" : "Keep them"),
    confirm: (n: number) => (n === 1 ? "Delete it" : `Delete ${n} connections`),
  },
};
