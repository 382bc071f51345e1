import { type RefObject, useEffect, useState } from "react";

const OVERSCAN = 10;

/** Which rows of a long list are on the screen, rows being of one height. */
export function useWindow(scroller: RefObject<HTMLElement | null>, rowHeight: number, total: number) {
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => {
      element.removeEventListener("scroll", measure);
      sizes.disconnect();
    };
  }, [scroller]);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - OVERSCAN);
  const last = Math.min(total, Math.ceil((view.top + view.height) / rowHeight) + OVERSCAN) - 1;
  return {
    first: Math.min(first, Math.max(0, last)),
    last,
    pageRows: Math.max(1, Math.floor(view.height / rowHeight) - 2),
  };
}
