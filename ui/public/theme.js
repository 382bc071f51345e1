// Follows the system before the first paint; src/app/theme.ts takes over when the settings are known.
document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches
  ? "dark"
  : "light";
