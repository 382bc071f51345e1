import type { QueryClient } from "@tanstack/react-query";
import { pageRequest } from "../features/connections/list-search";
import { question } from "../ipc/ask";
import type { Host } from "../ipc/host";

/** Longer than the core needs on any machine that is not busy; shorter than people notice. */
const PATIENCE_MS = 150;

/** Asks what the first screen shows before anything is drawn: it stands at once, with its rows, instead of twice. A core
 *  that is not there in time is not waited for. */
export async function firstAnswers(host: Host, client: QueryClient): Promise<void> {
  const asked = [
    client.prefetchQuery(question(host, "app_status", {})),
    client.prefetchQuery(question(host, "vault_status", {})),
    client.prefetchQuery(question(host, "lab_status", {})),
    ...(startsAtTheList()
      ? [client.prefetchQuery(question(host, "list_connections", pageRequest({}, 0)))]
      : []),
  ];
  await Promise.race([Promise.all(asked), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
}

function startsAtTheList(): boolean {
  return ["", "#/", "#/connections"].includes(location.hash);
}
