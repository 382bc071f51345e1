import { AxeBuilder } from "@axe-core/playwright";
import { type Page, test as base, expect } from "@playwright/test";

export type Look = { theme?: "light" | "dark"; state?: string; rows?: number };

/** The window on the fake host. Anything said on the console as an error fails the test. */
export const test = base.extend<{ open: (place: string, look?: Look) => Promise<void> }>({
  open: async ({ page }, provide) => {
    const said: string[] = [];
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") said.push(message.text());
    });
    // As in the app, whose web view freezes it.
    await page.addInitScript(() => Object.freeze(Object.prototype));
    await provide(async (place, { theme = "light", state, rows } = {}) => {
      const asked = new URLSearchParams({ theme });
      if (state) asked.set("state", state);
      if (rows) asked.set("rows", String(rows));
      await page.goto(`/?${asked}#${place}`);
      await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
      await expect(page.locator(".side nav")).toBeVisible();
    });
    expect(said).toEqual([]);
  },
});

export { expect };

/** Findings of axe, short enough to read. */
export async function axeFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)}`));
}

/** Text that cannot be read whole: cut off by an edge without a way to scroll, or shortened without a tooltip. */
export async function clippedText(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.textContent?.trim();
      const parent = node.parentElement;
      if (!text || !parent || parent.closest(".sr, .marked__back")) continue;
      // Only for those who hear the page.
      if (getComputedStyle(parent).clipPath !== "none") continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].filter((rect) => rect.width > 0 && rect.height > 0);
      if (rects.length === 0) continue;
      const tooltip = parent.closest("[title]") !== null;
      let clip = { left: 0, right: innerWidth, bottom: Number.POSITIVE_INFINITY };
      for (let box: HTMLElement | null = parent; box; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.overflowX === "auto" || style.overflowX === "scroll" || style.overflowY === "auto") {
          // What scrolls can be read; sideways only a page that is meant to.
          if (box.scrollWidth <= box.clientWidth + 1 || style.overflowX !== "auto") break;
          found.push(`scrolls sideways: ${box.className}`);
          break;
        }
        if (style.overflowX === "hidden" || style.overflowX === "clip") {
          const edge = box.getBoundingClientRect();
          if (style.textOverflow === "ellipsis" && tooltip) {
            clip = { left: 0, right: Number.POSITIVE_INFINITY, bottom: Number.POSITIVE_INFINITY };
            break;
          }
          clip = { left: edge.left, right: edge.right, bottom: edge.bottom };
          break;
        }
      }
      for (const rect of rects) {
        if (rect.left < clip.left - 1.5 || rect.right > clip.right + 1.5 || rect.bottom > clip.bottom + 3)
          found.push(`“${text.slice(0, 60)}” in ${parent.className || parent.tagName}`);
      }
    }
    return [...new Set(found)];
  });
}

/** The value of a token, as a colour or length is computed from it. */
export async function token(page: Page, name: string, as: "color" | "width" = "color"): Promise<string> {
  return page.evaluate(
    ([property, kind]) => {
      const probe = document.createElement("i");
      probe.style.setProperty(kind, `var(${property})`);
      if (kind === "width") probe.style.display = "block";
      document.body.append(probe);
      const value = getComputedStyle(probe).getPropertyValue(kind);
      probe.remove();
      return value;
    },
    [name, as] as const,
  );
}
