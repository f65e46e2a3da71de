import type { Logger } from 'pino';

export interface Service {
  reload(): Promise<void>;
  stop(): Promise<void>;
}

/** SIGHUP reloads, SIGINT and SIGTERM end: once, in order, with exit code 0. */
export function obeySignals(service: Service, log: Logger): void {
  process.on('SIGHUP', () => {
    service.reload().then(
      () => log.info('configuration reloaded'),
      (err: Error) => log.error(`the configuration in use stays as it was: ${err.message}`)
    );
  });
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) {
      return;
    }
    stopping = true;
    log.info(`${signal}: stopping`);
    service.stop().then(
      () => process.exit(0),
      (err: unknown) => {
        log.error({ err }, 'stopping failed');
        process.exit(1);
      }
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
