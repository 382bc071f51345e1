import { useEffect, useState } from "react";
import { texts } from "../../texts/connectors";

const SKELETON_MS = 200;

/** Cards on their way. */
export function CardsLoading() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="grid3" role="status" aria-label={texts.loading}>
      {shown &&
        Array.from({ length: 6 }, (_, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- cards of nothing have no identity
          <div className="card cxcard" aria-hidden key={index} style={{ opacity: 1 - index * 0.12 }}>
            <span className="skel skel--tile" />
            <div className="col">
              <span className="skel" style={{ width: 96 }} />
              <span className="skel" style={{ width: 136 }} />
            </div>
            <span />
            <footer>
              <span className="skel" style={{ width: 88, height: 20 }} />
            </footer>
          </div>
        ))}
    </div>
  );
}
