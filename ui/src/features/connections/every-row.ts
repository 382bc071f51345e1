import { asErrorView } from "../../ipc/errors";
import type { ConnectionRow } from "../../ipc/generated";
import type { Host } from "../../ipc/host";
import { sayAndStay } from "../../components/toast";
import { type ListSearch, pageRequest } from "./list-search";

const MOST = 500;

/** All rows that the filter matches, for what is done with all of them. */
export async function everyRow(host: Host, search: ListSearch): Promise<ConnectionRow[]> {
  const rows: ConnectionRow[] = [];
  try {
    for (;;) {
      const page = await host.invoke("list_connections", {
        ...pageRequest(search, 0),
        offset: rows.length,
        limit: MOST,
      });
      rows.push(...page.rows);
      if (page.rows.length === 0 || rows.length >= page.total) return rows;
    }
  } catch (cause) {
    const { message, action } = asErrorView(cause);
    sayAndStay({ title: message, detail: action, jack: "bad" });
    return rows;
  }
}
