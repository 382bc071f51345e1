import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { ConnectionsPage } from "../features/connections/connections-page";
import { readListSearch } from "../features/connections/list-search";
import type { SettingsSection } from "../features/settings/settings-page";
import type { ProvenanceView } from "../ipc/generated";
import { Frame } from "./frame";
import { Trouble } from "./trouble";

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const root = createRootRoute({ component: Frame, errorComponent: Trouble });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/connections" });
  },
});

const connections = createRoute({
  getParentRoute: () => root,
  path: "/connections",
  validateSearch: readListSearch,
  // The first screen comes with the window's own code: a part fetched later would keep its rows waiting.
  component: ConnectionsPage,
});

const connection = createRoute({
  getParentRoute: () => root,
  path: "/connections/$connection",
  validateSearch: (raw: Record<string, unknown>): { tab?: "try" | "history" } => ({
    tab: raw.tab === "try" || raw.tab === "history" ? raw.tab : undefined,
  }),
  component: lazyRouteComponent(() => import("../features/connection/connection-page"), "ConnectionPage"),
});

const connectors = createRoute({
  getParentRoute: () => root,
  path: "/connectors",
  validateSearch: (raw: Record<string, unknown>): { q?: string; show?: ProvenanceView } => ({
    q: text(raw.q),
    show: raw.show === "built_in" || raw.show === "custom" ? raw.show : undefined,
  }),
  component: lazyRouteComponent(() => import("../features/connectors/connectors-page"), "ConnectorsPage"),
});

const newConnector = createRoute({
  getParentRoute: () => root,
  path: "/connectors/new",
  validateSearch: (raw: Record<string, unknown>): { name?: string } => ({ name: text(raw.name) }),
  component: lazyRouteComponent(
    () => import("../features/connectors/new-connector-page"),
    "NewConnectorPage",
  ),
});

const builder = createRoute({
  getParentRoute: () => root,
  path: "/connectors/$connector/$step",
  component: lazyRouteComponent(() => import("../features/builder/builder-page"), "BuilderPage"),
});

const lab = createRoute({
  getParentRoute: () => root,
  path: "/lab",
  validateSearch: (raw: Record<string, unknown>): { connector?: string } => ({
    connector: text(raw.connector),
  }),
  component: lazyRouteComponent(() => import("../features/lab/lab-page"), "LabPage"),
});

const prove = createRoute({
  getParentRoute: () => root,
  path: "/lab/prove/$connector",
  component: lazyRouteComponent(() => import("../features/prove/prove-page"), "ProvePage"),
});

const sections: readonly SettingsSection[] = ["security", "redirects", "about"];

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: (raw: Record<string, unknown>): { section?: SettingsSection } => ({
    section: sections.find((section) => section === raw.section),
  }),
  component: lazyRouteComponent(() => import("../features/settings/settings-page"), "SettingsPage"),
});

/** The places of the window. The address behind `#` tells where it is. */
export function makeRouter() {
  return createRouter({
    routeTree: root.addChildren([
      home,
      connections,
      connection,
      connectors,
      newConnector,
      builder,
      lab,
      prove,
      settings,
    ]),
    history: createHashHistory(),
    defaultErrorComponent: Trouble,
    defaultPreload: "intent",
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
