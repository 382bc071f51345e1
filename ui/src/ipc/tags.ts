import type { QueryClient } from "@tanstack/react-query";
import type { Commands, Tag } from "./generated";

/** The commands that only read, and what they show of: a change of any of these tags makes them read again. */
export const readsOf = {
  app_status: ["connections", "connectors", "vault", "settings"],
  vault_status: ["vault"],
  list_connectors: ["connectors", "connections"],
  list_logos: ["connectors"],
  open_draft: ["connectors", "connections"],
  connector_uses: ["connectors", "connections"],
  connect_form: ["connectors", "environments", "registrations"],
  show_attempt: ["attempts"],
  list_connections: ["connections", "authorizations", "connectors", "environments"],
  show_connection: ["connections", "authorizations", "connectors", "environments", "activity"],
  connection_history: ["activity", "connections"],
  list_registrations: ["registrations", "authorizations", "connections", "environments"],
  list_environments: ["environments", "connections"],
  redirect_ways: ["settings"],
  preview_call: ["connections", "authorizations", "connectors"],
  preview_draft: [],
  show_tour: ["settings", "connectors", "connections", "authorizations", "activity", "lab"],
  lab_status: ["lab"],
  lab_dials: ["lab"],
  lab_people: ["lab"],
  lab_log: ["lab"],
  show_proof: ["proofs", "connectors"],
  aws_names: [],
  script_reference: [],
  check_script: [],
  connector_script: ["connectors"],
} as const satisfies Partial<Record<keyof Commands, readonly Tag[]>>;

export type Question = keyof typeof readsOf;

/** Reads again what shows any of `tags`. */
export function readAgain(client: QueryClient, tags: readonly Tag[]): void {
  void client.invalidateQueries({
    predicate: ({ queryKey: [question] }) =>
      (readsOf[question as Question] as readonly Tag[] | undefined)?.some((tag) => tags.includes(tag)) ??
      false,
  });
}
