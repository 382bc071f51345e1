// What must be known before the first paint.
// The theme follows the system; src/app/theme.ts takes over when the settings are known.
document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches
  ? "dark"
  : "light";
// GTK's scroll bars fade in and out, and each step of that paints the whole window again where no graphics card helps.
if (/Linux/.test(navigator.platform)) document.documentElement.dataset.scrollbars = "still";
