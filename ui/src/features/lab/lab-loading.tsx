import { useEffect, useState } from "react";
import { texts } from "../../texts/lab";

const SKELETON_MS = 200;

/** The page on its way, in the shape that it will have. */
export function LabLoading() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SKELETON_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" aria-label={texts.loading}>
      {shown && (
        <div aria-hidden>
          <div className="card power section">
            <span className="skel lab-skel--switch" />
            <div className="col grow">
              <span className="skel lab-skel--name" />
              <span className="skel lab-skel--hint" />
            </div>
          </div>
          <div className="section duo__cards">
            {["plays", "people"].map((card) => (
              <div className="card lab-skel--card" key={card}>
                <span className="skel lab-skel--name" />
                <span className="skel lab-skel--hint" />
                <span className="skel lab-skel--hint" />
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  );
}
