import type { PromptView, RegistrationView } from "../generated";
import { environments, linkName } from "./connections-data";
import { type Handlers, refuse } from "./handlers";
import { prompt } from "./prompt";
import type { World } from "./world";

type AppCommand =
  | "list_registrations"
  | "save_registration"
  | "make_default_registration"
  | "delete_registration"
  | "list_environments"
  | "add_environment"
  | "rename_environment"
  | "delete_environment";

/** What is kept of the apps at the pretend service. */
export function fakeApps(): RegistrationView[] {
  const app = { label: "", has_secret: true, is_default: true };
  return [
    {
      ...app,
      id: "app-1",
      environment: environments.production,
      client_id: "pb-9f31c7a2",
      used_by: ["Sales pipeline"],
    },
    {
      ...app,
      id: "app-2",
      environment: environments.staging,
      client_id: "pb-stage-41",
      used_by: [],
    },
    {
      ...app,
      id: "app-3",
      environment: environments.staging,
      client_id: "pb-load-07",
      label: "Load tests",
      is_default: false,
      used_by: ["Sales staging", "Sales load"],
    },
  ];
}

export function appCommands(world: World): Pick<Handlers, AppCommand> {
  const find = (id: string) => {
    for (const apps of world.registrations.values()) {
      const app = apps.find((each) => each.id === id);
      if (app) return { app, apps };
    }
    throw refuse("not_found", "There is no app of this kind any more.", {
      action: "Look at the list again.",
    });
  };
  const placeAt = (wanted: string) => {
    const place = world.environments.find((each) => each.link_name === wanted);
    if (!place) throw refuse("not_found", "There is no such environment.", {});
    return place;
  };
  const beside = (apps: RegistrationView[], app: RegistrationView) =>
    apps.filter((each) => each.environment.link_name === app.environment.link_name);
  return {
    list_registrations: ({ connector }) =>
      (world.registrations.get(connector) ?? []).toSorted(
        (one, other) => Number(other.is_default) - Number(one.is_default),
      ),
    save_registration: ({ connector, environment, registration, label, client_id, secret }) => {
      const place = placeAt(environment ?? "production");
      const apps = world.registrations.get(connector) ?? [];
      const before = apps.find((each) => each.id === registration);
      const here = apps.filter((each) => each.environment.link_name === place.link_name);
      if (here.some((each) => each !== before && each.client_id === client_id))
        throw refuse("missing", "Some values are missing or do not fit.", {
          field: "client_id",
          names: [`client_id: An app with the client ID ${client_id} is kept here already.`],
        });
      const saved = {
        id: before?.id ?? `app-${Date.now()}`,
        environment: place,
        label,
        client_id,
        is_default: before?.is_default ?? here.length === 0,
        has_secret: secret !== null || (before?.has_secret ?? false),
        used_by: before?.used_by ?? [],
      };
      world.registrations.set(
        connector,
        before ? apps.map((each) => (each === before ? saved : each)) : [...apps, saved],
      );
      world.changed(["registrations"]);
      return saved;
    },
    make_default_registration: ({ registration }) => {
      const { app, apps } = find(registration);
      for (const each of beside(apps, app)) each.is_default = each === app;
      world.changed(["registrations"]);
      return {};
    },
    delete_registration: ({ registration }) => {
      const { app, apps } = find(registration);
      if (app.used_by.length > 0)
        throw refuse("in_use", `The app ${app.client_id} is used by ${app.used_by.join(", ")}.`, {
          safe: "Nothing was deleted.",
        });
      apps.splice(apps.indexOf(app), 1);
      world.changed(["registrations"]);
      return {};
    },
    list_environments: () =>
      world.environments.map((each) => ({
        ...each,
        connections: world.connections.filter(({ row }) => row.environment.link_name === each.link_name)
          .length,
      })),
    add_environment: ({ name, link_name }) => {
      const added = { link_name: link_name ?? linkName(name, "-"), name };
      if (world.environments.some((each) => each.link_name === added.link_name))
        throw refuse("exists", `The link name ${added.link_name} is taken.`, {
          action: "Choose another one.",
          field: "/link_name",
        });
      world.environments.push(added);
      world.changed(["environments"]);
      return { ...added, connections: 0 };
    },
    rename_environment: ({ environment, name }) => {
      placeAt(environment).name = name;
      world.changed(["environments"]);
      return {};
    },
    delete_environment: ({ environment }) => {
      const place = placeAt(environment);
      const inside = world.connections.filter(({ row }) => row.environment.link_name === environment);
      if (environment === "production" || inside.length > 0)
        throw refuse("in_use", `The environment ${place.name} is used.`, { safe: "Nothing was deleted." });
      world.environments.splice(world.environments.indexOf(place), 1);
      for (const [connector, apps] of world.registrations)
        world.registrations.set(
          connector,
          apps.filter((app) => app.environment.link_name !== environment),
        );
      world.changed(["environments", "registrations"]);
      return {};
    },
  };
}

/** The environment of this link name. */
export const placeOf = (world: World, name: string | null) =>
  [...world.environments, environments.lab].find((each) => each.link_name === name) ??
  environments.production;

/** The prompts as an app answers them that is kept: its client ID stands there, and its secret may be left out. */
export function withApp(
  prompts: PromptView[],
  apps: RegistrationView[],
  clientId: string | null,
): PromptView[] {
  if (apps.length === 0) return prompts;
  const app = apps.find((each) => (clientId === null ? each.is_default : each.client_id === clientId));
  const known = clientId ?? app?.client_id ?? "";
  return [
    prompt({ key: "client_id", name: "Client ID", default: known || null, optional: known !== "" }),
    prompt({
      key: "client_secret",
      name: "Client secret",
      secret: true,
      optional: app?.has_secret ?? false,
    }),
    ...prompts,
  ];
}
