import { useEffect, useState } from "react";

/** Whether what is shown has been on the screen once: what takes long to draw waits for that. */
export function useAfterPaint(isShown: boolean): boolean {
  const [wasPainted, setPainted] = useState(false);
  useEffect(() => {
    if (!isShown) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const frame = requestAnimationFrame(() => {
      timer = setTimeout(() => setPainted(true));
    });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      setPainted(false);
    };
  }, [isShown]);
  return wasPainted;
}
