import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `production` is what the desktop shell embeds. Mode `browser` keeps the fake host in, for a plain browser.
export default defineConfig(({ mode }) => ({
  plugins: [react()],
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  preview: { port: 4173, strictPort: true },
  build: {
    target: "safari16",
    outDir: mode === "browser" ? "dist-browser" : "dist",
    // The window's CSP allows fonts from its own origin only.
    assetsInlineLimit: 0,
    emptyOutDir: true,
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
}));
