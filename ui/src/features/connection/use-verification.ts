import { useState } from "react";
import { useAct } from "../../ipc/act";
import type { ErrorView, VerificationView } from "../../ipc/generated";
import { useIsVerifying, whileVerifying } from "../connections/verifying";

export type Verifying = {
  run: () => Promise<void>;
  busy: boolean;
  /** What the last run in this window found. */
  result: VerificationView | null;
  error: ErrorView | null;
};

/** Verify as one connection's own screen shows it: the result stands on the page, not in a message. */
export function useVerification(connection: string): Verifying {
  const { run, error } = useAct("verify_connection");
  const [result, setResult] = useState<VerificationView | null>(null);
  const busy = useIsVerifying(connection);
  return {
    busy,
    result,
    error,
    run: async () => {
      const found = await whileVerifying(connection, () => run({ connection }));
      setResult(found ?? null);
    },
  };
}
