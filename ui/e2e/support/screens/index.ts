import { connect } from "./connect";
import { connections } from "./connections";
import { connectors } from "./connectors";
import { lab } from "./lab";
import { settings } from "./settings";
import { vault } from "./vault";
import type { Screen } from "./screen";

/** Every screen of the window. */
export const screens: Screen[] = [...connections, ...connectors, ...connect, ...vault, ...lab, ...settings];
