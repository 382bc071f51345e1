import { useEffect, useState } from "react";
import { texts } from "../../texts/connections";

const names = [126, 92, 140, 108, 84, 118, 100, 132, 96];
const accounts = [132, 148, 120, 136, 110, 140, 124, 116, 150];

const at = (widths: number[], index: number) => widths[index % widths.length];

/** A row that is on the way, in the shape of one that is there. */
export function ConnectionSkeletonRow({
  index,
  top,
  opacity = 1,
}: {
  index: number;
  top: number;
  opacity?: number;
}) {
  return (
    <div className="grid__row" aria-hidden style={{ transform: `translateY(${top}px)`, opacity }}>
      <div>
        <span className="skel skel--16" />
      </div>
      <div className="name">
        <span className="skel skel--16 skel--round" />
        <span className="skel" style={{ width: at(names, index) }} />
      </div>
      <div className="cx">
        <span className="skel skel--20" />
        <span className="skel" style={{ width: 88 }} />
      </div>
      <div className="hide-sm">
        <span className="skel" style={{ width: at(accounts, index) }} />
      </div>
      <div className="hide-sm">
        <span className="skel" style={{ width: 72 }} />
      </div>
      <div className="hide-md">
        <span className="skel" style={{ width: 48 }} />
      </div>
      <div>
        <span className="skel" style={{ width: 64 }} />
      </div>
      <div className="hide-md">
        <span className="skel" style={{ width: 56 }} />
      </div>
      <div />
    </div>
  );
}

/** The filter strip on its way. */
export function StripSkeleton() {
  return (
    <div className="strip strip--skeleton">
      {[36, 84, 78, 92, 52].map((width) => (
        <span className="skel" key={width} style={{ width, height: 20 }} />
      ))}
    </div>
  );
}

const ROWS = 9;
const SKELETON_MS = 200;
const SLOW_MS = 3000;

/** The whole list on its way: rows after a moment, fading downward, and a sentence when it takes long. */
export function ConnectionsLoading() {
  const [stage, setStage] = useState<"start" | "rows" | "slow">("start");
  useEffect(() => {
    const rows = setTimeout(() => setStage("rows"), SKELETON_MS);
    const slow = setTimeout(() => setStage("slow"), SLOW_MS);
    return () => {
      clearTimeout(rows);
      clearTimeout(slow);
    };
  }, []);
  return (
    <>
      <div className="slowline" role="status">
        {stage === "slow" && (
          <>
            <span className="spin spin--cable" />
            {texts.slow}
          </>
        )}
      </div>
      <div className="scroll grid conns" aria-busy="true" aria-label={texts.loading} role="region">
        <div className="grid__body">
          {stage !== "start" &&
            Array.from({ length: ROWS }, (_, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- rows of nothing have no identity
              <ConnectionSkeletonRow key={index} index={index} top={index * 40} opacity={1 - index * 0.09} />
            ))}
        </div>
      </div>
    </>
  );
}
