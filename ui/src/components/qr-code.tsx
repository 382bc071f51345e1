import { useMemo } from "react";
import { encode } from "uqr";

/** An address as a QR code: always dark on white, so that every camera reads it. */
export function QrCode({ address, label }: { address: string; label: string }) {
  const { size, path } = useMemo(() => {
    const { size: side, data } = encode(address, { ecc: "M", border: 0 });
    const dark = data.flatMap((line, y) => line.flatMap((on, x) => (on ? `M${x} ${y}h1v1h-1z` : [])));
    return { size: side, path: dark.join("") };
  }, [address]);
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <path d={path} />
    </svg>
  );
}
