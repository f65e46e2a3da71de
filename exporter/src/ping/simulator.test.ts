import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SimulatorDriver } from './simulator';

const PLAN = { count: 3, gapMs: 10, timeoutMs: 100 };
let server: Server;
let answer: { status: number; body: string };
let asked: { url: string; body: unknown }[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      asked.push({ url: `${request.method} ${request.url}`, body: JSON.parse(text) });
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

function url(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('asks for all addresses at once and reports each', async () => {
  answer = {
    status: 200,
    body: JSON.stringify({
      outcomes: [
        { sent: 3, rtts_ms: [1, 2.5, 100.5] },
        { sent: 3, rtts_ms: [] },
      ],
    }),
  };
  const driver = new SimulatorDriver(`${url()}/`);
  const seen: unknown[] = [];
  await driver.round(['10.0.0.1', '10.0.0.2'], PLAN, (index, outcome) => seen.push([index, outcome]));
  expect(asked).toEqual([
    { url: 'POST /icmp', body: { addresses: ['10.0.0.1', '10.0.0.2'], count: 3, timeout_ms: 100 } },
  ]);
  expect(seen).toEqual([
    [0, { sent: 3, rttsMs: [1, 2.5] }],
    [1, { sent: 3, rttsMs: [] }],
  ]);
  expect(driver.description).toBe(`simulator (${url()})`);
});

it.each<[string, number, string, string]>([
  ['an error', 500, 'no', 'it answered 500, 200 would be right'],
  ['too few outcomes', 200, '{"outcomes":[]}', 'it answered for 0 addresses, one outcome for each would be right'],
  [
    'an outcome that is none',
    200,
    '{"outcomes":[{"sent":"3","rtts_ms":[]}]}',
    'its answer has at outcomes.0.sent: Invalid input: expected number, received string',
  ],
])('rejects the round when the simulator answers with %s', async (_name, status, body, message) => {
  answer = { status, body };
  const driver = new SimulatorDriver(url());
  const onDecided = jest.fn();
  await expect(driver.round(['10.0.0.1'], PLAN, onDecided)).rejects.toThrow(
    `ping 1 addresses through ${url()}/icmp: ${message}`
  );
  expect(onDecided).not.toHaveBeenCalled();
});

it('says who did not answer, and why', async () => {
  const gone = url();
  await new Promise((done) => server.close(done));
  await expect(new SimulatorDriver(gone).round(['10.0.0.1'], PLAN, jest.fn())).rejects.toThrow(
    `ping 1 addresses through ${gone}/icmp: connect ECONNREFUSED ${new URL(gone).host}`
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

it('ends open rounds when it is closed', async () => {
  const driver = new SimulatorDriver(url());
  server.removeAllListeners('request');
  const running = expect(driver.round(['10.0.0.1'], PLAN, jest.fn())).rejects.toThrow('the driver was closed');
  await driver.close();
  await running;
});

it.each(['', 'nonsense', 'ftp://127.0.0.1'])('refuses the URL "%s"', (text) => {
  expect(() => new SimulatorDriver(text)).toThrow(
    `ping through the simulator at "${text}": it must be an http or https URL`
  );
});
