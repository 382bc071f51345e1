import { defineConfig } from "@playwright/test";

/** The window on the fake host, in the system's own Chromium. */
export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    baseURL: "http://127.0.0.1:4173",
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
    viewport: { width: 1280, height: 820 },
    reducedMotion: "reduce",
  },
  webServer: {
    command:
      "npx vite build --mode browser --logLevel warn && npx vite preview --mode browser --outDir dist-browser --host 127.0.0.1",
    url: "http://127.0.0.1:4173",
    reuseExistingServer: true,
  },
});
