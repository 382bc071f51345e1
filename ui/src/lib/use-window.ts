import { type RefObject, useEffect, useState } from "react";

/** How many rows stand ready outside the screen at either end. */
const SPARE = 10;

type View = { top: number; height: number; spare: number };

/** Before anything was measured: what the window can show at most, and nothing ready beside it, for that comes next. */
const unmeasured = (): View => ({ top: 0, height: window.innerHeight, spare: 0 });

/** Which rows of a long list are on the screen, rows being of one height. */
export function useWindow(scroller: RefObject<HTMLElement | null>, rowHeight: number, total: number) {
  const [view, setView] = useState(unmeasured);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight, spare: SPARE });
    measure();
    element.addEventListener("scroll", measure, { passive: true });
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => {
      element.removeEventListener("scroll", measure);
      sizes.disconnect();
    };
  }, [scroller]);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - view.spare);
  const last = Math.min(total, Math.ceil((view.top + view.height) / rowHeight) + view.spare) - 1;
  return {
    first: Math.min(first, Math.max(0, last)),
    last,
    pageRows: Math.max(1, Math.floor(view.height / rowHeight) - 2),
  };
}
