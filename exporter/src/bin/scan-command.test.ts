import { ApiError } from './api-client';
import { UsageError } from './command-line';
import { scanCommand, SCAN_USAGE } from './scan-command';
import { ScriptedSidecar, type ScriptedAnswer } from './sidecar.fixture';

const BEGUN = {
  id: 3,
  network: '10.1.0.0/29',
  auths: ['branch', 'core'],
  ping: true,
  state: 'running',
  addresses: 6,
  skipped: 0,
  asked: 0,
  answered: 0,
  error: '',
};
const found = (n: number, more: object = {}) => ({
  address: `10.1.0.${n}`,
  auth: 'core',
  suggested_name: `rtr-${n}`,
  vendor: 'mikrotik',
  model: 'CHR',
  os_version: '7.11',
  state: 'pending',
  ...more,
});

/** By "METHOD /path"; the last of them again and again. */
let answers: Record<string, ScriptedAnswer[]>;
let told: string[];
const sidecar = new ScriptedSidecar((req) => {
  const queue = answers[`${req.method} ${req.url?.split('?')[0]}`] ?? [{ status: 404, body: { title: 'nothing' } }];
  return queue.length > 1 ? queue.shift()! : queue[0]!;
});

beforeAll(() => sidecar.start());
afterAll(() => sidecar.stop());
beforeEach(() => {
  sidecar.asked = [];
  told = [];
  answers = { 'POST /api/v1/scans': [{ status: 202, body: BEGUN }] };
  jest.spyOn(console, 'log').mockImplementation((text: string) => void told.push(text));
});
afterEach(() => jest.restoreAllMocks());

const run = (...args: string[]) => scanCommand([...args, '--url', sidecar.url], { ISPMON_TOKEN: 'a-token' });

it.each([
  [['10.1.0.0/29'], { network: '10.1.0.0/29' }],
  [['10.1.0.0/29', '--auths', 'core,branch'], { network: '10.1.0.0/29', auths: ['core', 'branch'] }],
  [['--auths', '', '--ping', '10.1.0.0/29'], { network: '10.1.0.0/29', auths: [], ping: true }],
  [['10.1.0.0/29', '--no-ping', '--port', '1161'], { network: '10.1.0.0/29', ping: false, port: 1161 }],
])('asks for a scan and leaves it to the sidecar: %j', async (args, body) => {
  expect(await run(...args)).toBe(0);
  expect(sidecar.asked).toEqual([{ request: 'POST /api/v1/scans', token: 'Bearer a-token', body }]);
  expect(told).toEqual([
    'scan 3 of 10.1.0.0/29: 6 addresses, 2 credentials (branch, core), with pings',
    'it goes on in the sidecar: GET /api/v1/scans/3',
  ]);
});

it('waits for the end and lists whom it found', async () => {
  answers['GET /api/v1/scans/3'] = [
    { status: 200, body: { ...BEGUN, asked: 2, answered: 1 } },
    { status: 200, body: { ...BEGUN, state: 'done', skipped: 1, asked: 5, answered: 3 } },
  ];
  answers['GET /api/v1/candidates'] = [
    {
      status: 200,
      body: {
        total: 3,
        items: [
          found(1),
          found(2, { suggested_name: 'თბილისი', os_version: '', state: 'dismissed' }),
          found(3, { auth: null, suggested_name: '10.1.0.3', vendor: '', model: '', os_version: '' }),
        ],
      },
    },
  ];
  expect(await run('10.1.0.0/29', '--wait')).toBe(0);
  expect(told.slice(1)).toEqual([
    'done: 5 of 6 addresses asked, 1 left out as a device already, 3 answered',
    'ADDRESS   NAME     CREDENTIAL  WHAT IT IS         STATE',
    '10.1.0.1  rtr-1    core        mikrotik CHR 7.11  pending',
    '10.1.0.2  თბილისი  core        mikrotik CHR       dismissed',
    '10.1.0.3  -        -           -                  pending',
  ]);
  expect(sidecar.asked.at(-1)?.request).toBe('GET /api/v1/candidates?scan_id=3&limit=1000&offset=0');
});

it('reads every page of a large network', async () => {
  answers['GET /api/v1/scans/3'] = [{ status: 200, body: { ...BEGUN, state: 'done', asked: 6, answered: 1001 } }];
  answers['GET /api/v1/candidates'] = [
    { status: 200, body: { total: 1001, items: Array.from({ length: 1000 }, () => found(1)) } },
    { status: 200, body: { total: 1001, items: [found(2)] } },
  ];
  expect(await run('10.1.0.0/29', '--wait')).toBe(0);
  expect(told).toHaveLength(3 + 1001);
  expect(told.at(-1)).toContain('10.1.0.2');
});

it.each([
  [
    'failed',
    'its sidecar was stopped before the end',
    'failed: 2 of 6 addresses asked, 0 answered; its sidecar was stopped before the end',
  ],
  ['cancelled', '', 'cancelled: 2 of 6 addresses asked, 0 answered'],
])('ends with 1 when the scan is %s', async (state, error, line) => {
  answers['POST /api/v1/scans'] = [{ status: 202, body: { ...BEGUN, auths: [], ping: false } }];
  answers['GET /api/v1/scans/3'] = [{ status: 200, body: { ...BEGUN, state, asked: 2, error } }];
  answers['GET /api/v1/candidates'] = [{ status: 200, body: { total: 0, items: [] } }];
  expect(await run('10.1.0.0/29', '--wait')).toBe(1);
  expect(told).toEqual(['scan 3 of 10.1.0.0/29: 6 addresses, no credential, without pings', line]);
});

it('tells why the sidecar refuses', async () => {
  const detail = 'Looking for devices is off: the configuration lists no network under discovery.scan.networks.';
  answers['POST /api/v1/scans'] = [{ status: 403, body: { title: 'Not allowed', detail } }];
  const refused = run('10.1.0.0/29', '--wait');
  await expect(refused).rejects.toThrow(`POST ${sidecar.url}/api/v1/scans: Not allowed: ${detail}`);
  await expect(refused).rejects.toBeInstanceOf(ApiError);
});

it('tells when the sidecar is gone while it waits', async () => {
  answers['GET /api/v1/scans/3'] = [
    { status: 200, body: BEGUN },
    { status: 503, body: { title: 'The inventory database does not answer' } },
  ];
  await expect(run('10.1.0.0/29', '--wait')).rejects.toThrow('The inventory database does not answer');
});

it.each([
  [[], 'scan needs one network, found none'],
  [['10.1.0.0/29', '10.2.0.0/29'], 'scan needs one network, found 10.1.0.0/29 10.2.0.0/29'],
  [['10.1.0.0/29', '--ping', '--no-ping'], '--ping and --no-ping contradict each other'],
  [['10.1.0.0/29', '--port', 'snmp'], '--port snmp: it must be a whole number from 1 to 65535'],
  [['10.1.0.0/29', '--community', 'public'], "Unknown option '--community'"],
])('refuses %j', async (args, message) => {
  const refused = run(...args);
  await expect(refused).rejects.toBeInstanceOf(UsageError);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toThrow(SCAN_USAGE);
  expect(sidecar.asked).toEqual([]);
});

it('explains itself', async () => {
  expect(await scanCommand(['--help'], {})).toBe(0);
  expect(told).toEqual([SCAN_USAGE]);
});
