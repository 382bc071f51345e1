import type { Theme } from "../ipc/generated";

const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen: Theme = "system";

function paint(): void {
  const isDark = chosen === "dark" || (chosen === "system" && dark.matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
}

dark.addEventListener("change", paint);

/** Shows the window in `theme`; components never ask which one is on. */
export function applyTheme(theme: Theme): void {
  chosen = theme;
  paint();
}
