import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useState } from "react";
import { Toasts } from "../components/toast";
import type { Host } from "../ipc/host";
import { HostContext } from "../ipc/host-context";
import { makeRouter } from "./router";

/** Everything the screens stand on: the core, its cached answers, and the place in the window. */
export function App({ host, client }: { host: Host; client: QueryClient }) {
  const [router] = useState(makeRouter);
  return (
    <HostContext value={host}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </HostContext>
  );
}
