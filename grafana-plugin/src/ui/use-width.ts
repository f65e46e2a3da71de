import { useCallback, useState } from 'react';

/** Width in pixels of the element that the returned ref is put on. */
export function useWidth(initial: number): [(element: HTMLElement | null) => (() => void) | void, number] {
  const [width, setWidth] = useState(initial);
  const [watch] = useState(() => ({ stop: () => {} }));
  const ref = useCallback(
    (element: HTMLElement | null) => {
      watch.stop();
      if (element) {
        const observer = new ResizeObserver(() => setWidth(element.clientWidth || initial));
        observer.observe(element);
        watch.stop = () => observer.disconnect();
      }
    },
    [watch, initial]
  );
  return [ref, width];
}
