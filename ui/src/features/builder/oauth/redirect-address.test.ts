import { expect, it } from "vitest";
import { redirectAddress } from "./redirect-address";

it.each([
  [{}, "dev.patchbay:/oauth/callback"],
  [{ redirect: "loopback" }, "http://127.0.0.1/callback"],
  [
    { redirect: "loopback", redirect_host: "localhost", redirect_port: 8321, redirect_path: "/back" },
    "http://localhost:8321/back",
  ],
  [{ redirect: "loopback", redirect_host: "[::1]" }, "http://[::1]/callback"],
  [
    { redirect: "manual", redirect_uri: "https://example.com/landed", redirect_port: 1 },
    "https://example.com/landed",
  ],
  [{ redirect: "manual" }, ""],
])("%o comes back to %s", (authentication, address) => {
  expect(redirectAddress(authentication)).toBe(address);
});
