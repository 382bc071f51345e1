import type { ListConnections, SortView, StatusKind } from "../../ipc/generated";

/** What the list shows, as it stands in the address: going back brings the same list. */
export type ListSearch = {
  status?: StatusKind;
  connector?: string;
  environment?: string;
  q?: string;
  sort?: SortView;
};

/** In the order of the filter strip: trouble first. */
export const statusKinds: readonly StatusKind[] = [
  "needs_attention",
  "expiring",
  "waiting",
  "connected",
  "not_signed_in",
  "disabled",
];
export const sorts: readonly SortView[] = ["status", "name", "connector"];

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

export function readListSearch(raw: Record<string, unknown>): ListSearch {
  return {
    status: statusKinds.find((kind) => kind === raw.status),
    connector: text(raw.connector),
    environment: text(raw.environment),
    q: text(raw.q),
    sort: sorts.find((sort) => sort === raw.sort),
  };
}

export const PAGE = 100;

/** The request for one page of the list. */
export function pageRequest(search: ListSearch, page: number): ListConnections {
  return {
    statuses: search.status ? [search.status] : [],
    connector: search.connector ?? null,
    environment: search.environment ?? null,
    search: search.q ?? "",
    sort: search.sort ?? "status",
    offset: page * PAGE,
    limit: PAGE,
  };
}

export function isFiltered(search: ListSearch): boolean {
  return Boolean(search.status || search.connector || search.environment || search.q);
}
