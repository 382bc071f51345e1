import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Toasts } from "../components/toast";
import { makeQueryClient } from "../ipc/ask";
import type { Host } from "../ipc/host";
import { HostContext } from "../ipc/host-context";
import { readAgain } from "../ipc/tags";
import { makeRouter } from "./router";

/** Everything the screens stand on: the core, its cached answers, and the place in the window. */
export function App({ host }: { host: Host }) {
  const [client] = useState(makeQueryClient);
  const [router] = useState(makeRouter);
  useEffect(() => host.onChanges((tags) => readAgain(client, tags)), [host, client]);
  return (
    <HostContext value={host}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </HostContext>
  );
}
