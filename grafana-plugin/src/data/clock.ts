import { useSyncExternalStore } from 'react';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** One timer for every ticking text on the page, and none when there is no such text. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((tell) => tell()), 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/**
 * A text made from the present time, checked every second. Its component renders only when the text differs, so a
 * thousand of "3 h 12 min" cost a thousand comparisons a second and nothing else.
 * @param text gets Unix ms
 */
export function useTicking(text: (nowMs: number) => string): string {
  const read = () => text(Date.now());
  return useSyncExternalStore(subscribe, read);
}
