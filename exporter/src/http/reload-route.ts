import type { RequestHandler } from 'express';

/** `POST /-/reload`. Reloads that come while one runs get the answer of that one. */
export function reloadRoute(reload: () => Promise<void>): RequestHandler {
  let running: Promise<void> | null = null;
  return async (_req, res) => {
    running ??= reload().finally(() => (running = null));
    try {
      await running;
      res.type('text/plain').send('Reloaded\n');
    } catch (err) {
      const message = err instanceof Error ? err.message : String(err);
      res.status(500).type('text/plain').send(`The configuration in use stays as it was: ${message}\n`);
    }
  };
}
