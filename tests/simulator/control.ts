import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { z } from 'zod';
import type { AgentCounts } from './agent-socket';
import type { EchoAnswer } from './echo';
import { ScenarioError, scenarioRequestSchema, type ScenarioRequest } from './scenario-request';

export interface DeviceView {
  id: string;
  name: string;
  site: string;
  address: string;
  snmp_port: number;
  interfaces: string[];
  uplinks: string[];
  scenarios: string[];
  requests: AgentCounts;
}

export interface Struck {
  device: string;
  id: string;
  site: string;
  interfaces: string[];
}

export interface ActiveScenario extends Struck {
  name: string;
  /** ISO 8601. */
  since: string;
  /** Null: until it is taken away. */
  until: string | null;
}

/** What the control port switches. */
export interface Controlled {
  setScenario(request: ScenarioRequest): { name: string; struck: Struck[]; until: string | null };
  activeScenarios(): ActiveScenario[];
  scenarioNames(): string[];
  deviceViews(): DeviceView[];
  echo(addresses: readonly string[], count: number, timeoutMs: number): EchoAnswer[];
}

const icmpSchema = z.strictObject({
  addresses: z.array(z.string()).max(100_000),
  count: z.number().int().min(1).max(100),
  timeout_ms: z.number().positive(),
});

/** The HTTP side of the simulator. Errors are JSON with one `error` that says what would be right. */
export function controlApp(simulator: Controlled): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '8mb' }));
  app.get('/-/healthy', (_req, res) => void res.type('text').send('ok\n'));
  app.get('/devices', (_req, res) => void res.json({ devices: simulator.deviceViews() }));
  app
    .route('/scenario')
    .get((_req, res) => void res.json({ active: simulator.activeScenarios(), names: simulator.scenarioNames() }))
    .post(checked(scenarioRequestSchema, (body) => simulator.setScenario(body)))
    .delete((_req, res) => void res.json(simulator.setScenario({ name: 'healthy' })));
  app.post(
    '/icmp',
    checked(icmpSchema, ({ addresses, count, timeout_ms }) => ({
      outcomes: simulator.echo(addresses, count, timeout_ms),
    }))
  );
  app.use((req, res) => {
    const error = `there is no ${req.method} ${req.path}; there are GET /-/healthy, GET /devices, GET|POST|DELETE /scenario, POST /icmp`;
    res.status(404).json({ error });
  });
  app.use(failed);
  return app;
}

function checked<T>(schema: z.ZodType<T>, handle: (body: T) => unknown): RequestHandler {
  return (req, res) => {
    const parsed = schema.safeParse(req.body);
    if (!parsed.success) {
      const error = parsed.error.issues.map((i) => `${i.path.join('.') || 'body'}: ${i.message}`).join('; ');
      res.status(400).json({ error });
      return;
    }
    res.json(handle(parsed.data));
  };
}

const failed: ErrorRequestHandler = (err: unknown, _req, res, next) => {
  if (res.headersSent) {
    next(err);
    return;
  }
  if (err instanceof ScenarioError) {
    res.status(400).json({ error: err.message });
    return;
  }
  const status = (err as { status?: number }).status ?? 500;
  res
    .status(status)
    .json({ error: status < 500 ? `the body is no JSON: ${(err as Error).message}` : 'internal error' });
  if (status >= 500) {
    console.error(err);
  }
};
