import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { asErrorView } from "../../ipc/errors";
import type { ErrorView, LabLog } from "../../ipc/generated";
import { useHost } from "../../ipc/host-context";
import { mergeLog } from "./merge-log";

/** The requests that hold `search`, oldest first. Only what came since is asked for; while paused, nothing is. */
export function useRequests(search: string, paused: boolean) {
  const host = useHost();
  const client = useQueryClient();
  const queryKey = ["lab_log", { search }];
  return useQuery<LabLog, ErrorView>({
    queryKey,
    enabled: !paused,
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const before = client.getQueryData<LabLog>(queryKey);
      try {
        return mergeLog(before, await host.invoke("lab_log", { since: before?.last ?? 0, search }));
      } catch (cause) {
        throw asErrorView(cause);
      }
    },
  });
}
