import { Tile, type TileProps } from "../../components/tile";
import { useAsk } from "../../ipc/ask";

type ConnectorTileProps = Omit<TileProps, "logo"> & { connector: string | undefined };

/** The face of a connector that is kept. Nothing waits for its logo: until it is there the letters stand in. */
export function ConnectorTile({ connector, ...tile }: ConnectorTileProps) {
  const logos = useAsk("list_logos", {}).data;
  return <Tile {...tile} logo={logos?.find((each) => each.connector === connector)?.logo} />;
}
