import { useCallback, useEffect, useRef, useState } from 'react';
import type { Health } from './health';

export interface Polled<T> extends Health {
  data: T | null;
  refresh: () => Promise<void>;
}

const START = { data: null, updatedAt: null, error: null, failures: 0, stale: false, loading: true, nextAt: null };

/**
 * Asks at once and then every interval while the tab is visible. An answer to an older question is dropped: a change of
 * `fetch` starts over.
 */
export function usePolled<T>(fetch: () => Promise<T>, intervalMs: number): Polled<T> {
  const [state, setState] = useState<Omit<Polled<T>, 'refresh'>>(START);
  const question = useRef(0);

  const refresh = useCallback(async () => {
    const mine = (question.current += 1);
    setState((old) => ({ ...old, loading: true }));
    let change: Partial<Polled<T>>;
    try {
      change = { data: await fetch(), updatedAt: Date.now(), error: null, failures: 0, stale: false };
    } catch (error) {
      change = { error: error instanceof Error ? error.message : String(error) };
    }
    if (mine === question.current) {
      setState((old) => ({
        ...old,
        ...change,
        ...(change.error ? { failures: old.failures + 1, stale: old.updatedAt !== null } : {}),
        loading: false,
        nextAt: Date.now() + intervalMs,
      }));
    }
  }, [fetch, intervalMs]);

  useEffect(() => {
    setState(START);
    let timer: ReturnType<typeof setInterval> | undefined;
    const follow = () => {
      clearInterval(timer);
      if (document.visibilityState !== 'hidden') {
        void refresh();
        timer = setInterval(() => void refresh(), intervalMs);
      }
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      question.current += 1;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', follow);
    };
  }, [refresh, intervalMs]);

  return { ...state, refresh };
}
