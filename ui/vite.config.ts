import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** The fonts of the first screen are asked for with the page: `font-display: optional` gives them a moment only. */
function preloadFonts(): Plugin {
  const first = /(inter-latin-wght|jetbrains-mono-latin-400)-normal.*\.woff2$/;
  return {
    name: "preload-fonts",
    transformIndexHtml: (_, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((file) => first.test(file))
        .map((file) => ({
          tag: "link",
          attrs: { rel: "preload", href: `/${file}`, as: "font", type: "font/woff2", crossorigin: true },
          injectTo: "head-prepend",
        })),
  };
}

// `production` is what the desktop shell embeds. Mode `browser` keeps the fake host in, for a plain browser.
export default defineConfig(({ mode }) => ({
  plugins: [react(), preloadFonts()],
  clearScreen: false,
  server: { port: 5173, strictPort: true },
  preview: { port: 4173, strictPort: true },
  build: {
    target: "safari16",
    outDir: mode === "browser" ? "dist-browser" : "dist",
    // The window's CSP allows fonts from its own origin only.
    assetsInlineLimit: 0,
    emptyOutDir: true,
    // What the first screen needs comes as one script: each script is asked for across processes, and there were fifty.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "start", tags: ["$initial"] }] } } },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
}));
