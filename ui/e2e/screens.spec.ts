import { screens } from "./support/screens";
import { axeFindings, clippedText, expect, test } from "./support/window";

/** Wide, as narrow as the window gets, and the room that the wide one leaves at 200 %. */
const sizes = [
  { name: "1280", width: 1280, height: 820 },
  { name: "960", width: 960, height: 640 },
  { name: "640", width: 640, height: 410 },
];

for (const screen of screens) {
  for (const theme of ["light", "dark"] as const) {
    test(`${screen.name} can be read and used, ${theme}`, async ({ page, open }) => {
      await open(screen.place, { theme, state: screen.state });
      await screen.show?.(page);
      await screen.standsWhen(page);
      const clipped: string[] = [];
      for (const { name, width, height } of sizes) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: `screens/${screen.name}-${theme}-${name}.png` });
        clipped.push(...(await clippedText(page)).map((text) => `at ${name}: ${text}`));
        // The rules of axe ask about names, roles and colours, which hold at every size.
        if (name === "1280") expect.soft(await axeFindings(page)).toEqual([]);
      }
      expect(clipped).toEqual([]);
    });
  }
}
