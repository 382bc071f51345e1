import type { JsonObject } from "../../../ipc/generated";
import { asText } from "../../../lib/json";

export const APP_LINK = "dev.patchbay:/oauth/callback";

export type RedirectWay = "app" | "loopback" | "manual" | "oob";

export function redirectWayOf(authentication: JsonObject): RedirectWay {
  const written = authentication.redirect;
  return written === "loopback" || written === "manual" || written === "oob" ? written : "app";
}

/** The address to register at the service. A loopback one without a fixed port has none in it: a free one is taken
 *  each time, and services leave the port open there (RFC 8252 §7.3). */
export function redirectAddress(authentication: JsonObject): string {
  switch (redirectWayOf(authentication)) {
    case "app":
      return APP_LINK;
    case "manual":
      return asText(authentication.redirect_uri);
    case "oob":
      // The service shows a PIN, so there is nothing to register.
      return "";
    case "loopback": {
      const host = asText(authentication.redirect_host) || "127.0.0.1";
      const port = asText(authentication.redirect_port);
      const path = asText(authentication.redirect_path) || "/callback";
      return `http://${host}${port && `:${port}`}${path}`;
    }
  }
}
