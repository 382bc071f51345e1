import { Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { useAsk } from "../ipc/ask";
import { LogosBelow } from "../features/connectors/connector-tile";
import { TourStrip } from "../features/tour/tour-strip";
import { OverlayLayer } from "./overlay-layer";
import { useShortcuts } from "./shortcuts";
import { Sidebar } from "./sidebar";
import { applyTheme } from "./theme";

/** The window's frame: sidebar at the left, the screen at the right. */
export function Frame() {
  const status = useAsk("app_status", {});
  const theme = status.data?.settings.theme;
  useEffect(() => {
    if (theme) applyTheme(theme);
  }, [theme]);
  return (
    <LogosBelow>
      <OverlayLayer>
        <Shortcuts />
        <div className="app">
          <Sidebar status={status.data} />
          <div className="app__main">
            <Outlet />
            <TourStrip />
          </div>
        </div>
      </OverlayLayer>
    </LogosBelow>
  );
}

function Shortcuts() {
  useShortcuts();
  return null;
}
