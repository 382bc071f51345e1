import { asText } from "../../lib/json";
import { type Handlers, refuse } from "./handlers";
import type { World } from "./world";

const LARGEST = 1024 * 1024;
const heads = {
  "image/png": "iVBORw0K",
  "image/jpeg": "/9j/",
  "image/webp": "UklGR",
  "image/svg+xml": "PHN2Z",
};

/** Hands the picture back as it came; the core draws it anew. */
export function logoCommands(world: World): Pick<Handlers, "read_logo" | "list_logos"> {
  const refused = (message: string, action: string) =>
    refuse("not_valid", message, { safe: "The logo is as it was.", action, field: "/logo" });
  return {
    read_logo: ({ picture }) => {
      if (picture.length * 0.75 > LARGEST)
        throw refused(
          "The picture is larger than 1 MiB.",
          "Make it smaller: it is kept at 256 × 256 pixels.",
        );
      const type = Object.entries(heads).find(([, head]) => picture.startsWith(head))?.[0];
      if (!type)
        throw refused(
          "The file is neither a PNG nor a JPEG, WebP or SVG picture.",
          "Choose a PNG, JPEG, WebP or SVG picture.",
        );
      if (type === "image/svg+xml" && atob(picture).includes("<script"))
        throw refused(
          "The SVG picture holds a script, and a logo has only shapes.",
          "Turn everything into shapes, or save it as a PNG picture.",
        );
      return { logo: `data:${type};base64,${picture}` };
    },
    list_logos: () =>
      world.connectors
        .map(({ id, document }) => ({ connector: id, logo: asText(document.logo) }))
        .filter(({ logo }) => logo !== ""),
  };
}
