import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { DeviceSeries } from '../metrics/device-series';
import type { OwnMetrics } from '../metrics/own';
import type { ProbeSeries } from '../metrics/probe-series';
import type { SeriesStore } from '../metrics/store';
import { landingPage } from './landing-page';
import { metricsRoute } from './metrics-route';
import type { Readiness } from './readiness';
import { reloadRoute } from './reload-route';
import { securityHeaders } from './security-headers';
import { statusRoute } from './status-route';

export interface ExporterAppOptions {
  version: string;
  store: SeriesStore;
  devices: DeviceSeries;
  probes: ProbeSeries;
  own: OwnMetrics;
  readiness: Readiness;
  /** How echoes are sent, for people. */
  pingDescription: () => string;
  /** The configuration in use as YAML text without secrets. */
  redactedConfig: () => string;
  /** Loads the configuration again; rejects with a message for people when it is not valid. */
  reload: () => Promise<void>;
  /** For what went wrong while answering. */
  log: (message: string, err: unknown) => void;
}

/** The exporter's HTTP. Everything but the landing page, `/status` and `/metrics` is plain text. */
export function exporterApp(options: ExporterAppOptions): Express {
  const { own, devices, probes, store, readiness } = options;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Queries are read as URLSearchParams: `collect[]` must not become an array by magic.
  app.set('query parser', false);
  app.use(securityHeaders);

  const get = (path: string, handler: RequestHandler): void => {
    app.route(path).get(handler).all(methodNotAllowed('GET, HEAD'));
  };
  get('/', (_req, res) => {
    const series = store.counts().reduce((sum, { visible }) => sum + visible, 0);
    res.type('html').send(
      landingPage({
        version: options.version,
        pingDescription: options.pingDescription(),
        devices: devices.countByState(),
        probes: probes.status(),
        series,
        notReady: readiness.notReady(),
      })
    );
  });
  get('/metrics', metricsRoute(store, own));
  get('/status', statusRoute(options));
  get('/config', (_req, res) => {
    res.type('text/plain').send(options.redactedConfig());
  });
  get('/-/healthy', (_req, res) => {
    res.type('text/plain').send('Healthy\n');
  });
  get('/-/ready', (_req, res) => {
    const missing = readiness.notReady();
    res
      .status(missing === null ? 200 : 503)
      .type('text/plain')
      .send(missing === null ? 'Ready\n' : `Not ready: ${missing}\n`);
  });
  app.route('/-/reload').post(reloadRoute(options.reload)).all(methodNotAllowed('POST'));

  app.use((req, res) => {
    res.status(404).type('text/plain').send(`There is nothing at ${req.path}; / lists what there is\n`);
  });
  app.use(errorAnswer(options.log));
  return app;
}

function methodNotAllowed(allow: string): RequestHandler {
  return (req, res) => {
    res.status(405).set('Allow', allow).type('text/plain').send(`${req.path} takes ${allow}, not ${req.method}\n`);
  };
}

function errorAnswer(log: ExporterAppOptions['log']): ErrorRequestHandler {
  return (err: unknown, req, res, _next) => {
    const status = (err as { status?: unknown }).status;
    const asked = typeof status === 'number' && status >= 400 && status < 500;
    if (!asked) {
      log(`answering ${req.method} ${req.path}`, err);
    }
    if (res.headersSent) {
      // A cut answer must not look like a whole one.
      res.destroy();
      return;
    }
    res
      .status(asked ? status : 500)
      .type('text/plain')
      .send(asked ? 'The address is not valid\n' : 'The exporter failed to answer; its log says why\n');
  };
}
