import { isTauri } from "@tauri-apps/api/core";
import { createRoot } from "react-dom/client";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/components.css";
import "./styles/layout.css";
import "./styles/oauth.css";
import "./styles/lab.css";
import { App } from "./app/app";
import { firstAnswers } from "./app/first-answers";
import { makeQueryClient } from "./ipc/ask";
import type { Host } from "./ipc/host";
import { readAgain } from "./ipc/tags";
import { tauriHost } from "./ipc/tauri-host";
import { texts } from "./texts/errors";

/** The real core in the app; pretend data in a plain browser, where the build has them (vite.config.ts). */
async function chooseHost(): Promise<Host | null> {
  if (isTauri()) return tauriHost;
  if (import.meta.env.MODE === "production") return null;
  const { makeFakeHost } = await import("./ipc/fake/fake-host");
  const state = new URLSearchParams(location.search);
  // The router would take them for its own.
  history.replaceState(null, "", location.pathname + location.hash);
  return makeFakeHost(state);
}

const root = document.getElementById("root");
if (root) {
  const host = await chooseHost();
  if (host) {
    const client = makeQueryClient();
    // Before the first question, so that no change is missed between its answer and the first screen.
    host.onChanges((tags) => readAgain(client, tags));
    await firstAnswers(host, client);
    createRoot(root).render(<App host={host} client={client} />);
  } else root.textContent = texts.notInApp;
}
