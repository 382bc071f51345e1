import { useCallback, useEffect, useRef, useState } from "react";
import { asErrorView } from "./errors";
import type { Commands, ErrorView } from "./generated";
import { useHost } from "./host-context";

type Act<K extends keyof Commands> = {
  /** Resolves with the reply, or with nothing when the command failed; `error` says why. */
  run: (request: Commands[K]["request"]) => Promise<Commands[K]["reply"] | undefined>;
  busy: boolean;
  error: ErrorView | null;
  clear: () => void;
};

/** Runs a command that changes something. Unlike a mutation of TanStack Query it never keeps the request: it may
 *  carry a typed secret. */
export function useAct<K extends keyof Commands>(command: K): Act<K> {
  const host = useHost();
  const mounted = useRef(true);
  const running = useRef(false);
  const [state, setState] = useState<{ busy: boolean; error: ErrorView | null }>({
    busy: false,
    error: null,
  });
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  const run = useCallback(
    async (request: Commands[K]["request"]) => {
      // A second press while the first one runs is no second wish.
      if (running.current) return undefined;
      running.current = true;
      setState({ busy: true, error: null });
      try {
        const reply = await host.invoke(command, request);
        if (mounted.current) setState({ busy: false, error: null });
        return reply;
      } catch (cause) {
        if (mounted.current) setState({ busy: false, error: asErrorView(cause) });
        return undefined;
      } finally {
        running.current = false;
      }
    },
    [host, command],
  );
  const clear = useCallback(() => setState({ busy: false, error: null }), []);
  return { run, ...state, clear };
}
