import { QueryClient, keepPreviousData, queryOptions, useQuery } from "@tanstack/react-query";
import { asErrorView } from "./errors";
import type { Commands, ErrorView } from "./generated";
import type { Host } from "./host";
import { useHost } from "./host-context";
import type { Question } from "./tags";

/** Answers stay until the core says that they changed; being offline is no reason to wait. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        retry: false,
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
      },
    },
  });
}

/** One question to the core, as TanStack Query knows it. Only commands that carry no secret can be asked. */
export function question<K extends Question>(host: Host, command: K, request: Commands[K]["request"]) {
  return queryOptions<Commands[K]["reply"], ErrorView>({
    queryKey: [command, request],
    queryFn: () =>
      host.invoke(command, request).catch((cause: unknown) => {
        throw asErrorView(cause);
      }),
  });
}

type AskOptions = { enabled?: boolean; keepPrevious?: boolean };

export function useAsk<K extends Question>(
  command: K,
  request: Commands[K]["request"],
  { enabled = true, keepPrevious = false }: AskOptions = {},
) {
  return useQuery({
    ...question(useHost(), command, request),
    enabled,
    ...(keepPrevious && { placeholderData: keepPreviousData }),
  });
}
