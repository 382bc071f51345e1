import { useQueries } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { question, useAsk } from "../../ipc/ask";
import type { ConnectionPage, ConnectionRow, ErrorView } from "../../ipc/generated";
import { useHost } from "../../ipc/host-context";
import { type ListSearch, PAGE, pageRequest } from "./list-search";

export type Rows = {
  total: number;
  /** The row at an index of the whole list; nothing while its page is on the way. */
  row: (index: number) => ConnectionRow | undefined;
  counts: ConnectionPage["counts"] | undefined;
  isLoading: boolean;
  error: ErrorView | null;
  retry: () => void;
  /** Tells which rows are on the screen, so that their pages are asked for. */
  show: (first: number, last: number) => void;
};

/** The list page by page: however long it is, only what is on the screen is asked for. */
export function useRows(search: ListSearch): Rows {
  const host = useHost();
  const [range, setRange] = useState<[number, number]>([0, 0]);
  const head = useAsk("list_connections", pageRequest(search, 0), { keepPrevious: true });
  const lastPage = Math.max(0, Math.ceil((head.data?.total ?? 0) / PAGE) - 1);
  const [from, to] = range;
  const pages = Array.from(
    { length: Math.max(0, Math.min(to, lastPage) - from + 1) },
    (_, index) => from + index,
  ).filter((page) => page > 0);
  const loaded = useQueries({
    queries: pages.map((page) => question(host, "list_connections", pageRequest(search, page))),
  });
  const show = useCallback((first: number, last: number) => {
    const next: [number, number] = [Math.floor(first / PAGE), Math.floor(last / PAGE)];
    setRange((now) => (now[0] === next[0] && now[1] === next[1] ? now : next));
  }, []);
  return {
    total: head.data?.total ?? 0,
    counts: head.data?.counts,
    row: (index) => {
      const page = Math.floor(index / PAGE);
      const data = page === 0 ? head.data : loaded[pages.indexOf(page)]?.data;
      return data?.rows[index % PAGE];
    },
    isLoading: head.isPending,
    error: head.error,
    retry: () => void head.refetch(),
    show,
  };
}
