import { useEffect, useState } from "react";
import { asErrorView } from "../ipc/errors";
import type { Commands, ErrorView } from "../ipc/generated";
import { useHost } from "../ipc/host-context";

type Previews = "preview_call" | "preview_draft" | "check_script";
type Live<K extends Previews> = { reply: Commands[K]["reply"] | null; error: ErrorView | null };

/** Asks again a moment after what is asked has changed, and keeps the former answer until then. What people type
 *  there stays out of the query cache. */
export function useLive<K extends Previews>(
  command: K,
  request: Commands[K]["request"],
  pauseMs = 150,
): Live<K> {
  const host = useHost();
  const [state, setState] = useState<Live<K>>({ reply: null, error: null });
  const key = JSON.stringify(request);
  useEffect(() => {
    let stale = false;
    const timer = setTimeout(() => {
      host.invoke(command, JSON.parse(key) as Commands[K]["request"]).then(
        (reply) => !stale && setState({ reply, error: null }),
        (cause: unknown) => !stale && setState((now) => ({ ...now, error: asErrorView(cause) })),
      );
    }, pauseMs);
    return () => {
      stale = true;
      clearTimeout(timer);
    };
  }, [host, command, key, pauseMs]);
  return state;
}
