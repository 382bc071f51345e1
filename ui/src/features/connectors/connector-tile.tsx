import { type ReactNode, createContext, use } from "react";
import { Tile, type TileProps } from "../../components/tile";
import { useAsk } from "../../ipc/ask";
import type { ConnectorLogo } from "../../ipc/generated";

const Logos = createContext<readonly ConnectorLogo[] | undefined>(undefined);

/** Asks for the logos once, for every tile inside. */
export function LogosBelow({ children }: { children: ReactNode }) {
  return <Logos value={useAsk("list_logos", {}).data}>{children}</Logos>;
}

type ConnectorTileProps = Omit<TileProps, "logo"> & { connector: string | undefined };

/** The face of a connector that is kept. Nothing waits for its logo: until it is there the letters stand in. */
export function ConnectorTile({ connector, ...tile }: ConnectorTileProps) {
  return <Tile {...tile} logo={use(Logos)?.find((each) => each.connector === connector)?.logo} />;
}
