import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { testDevice } from '../model/device.fixture';
import { targetListToJson, type TargetList } from '../model/target-list';
import { FollowInventory, SidecarAway } from './follow-inventory';
import { TargetCopy } from './target-copy';

const list = (name: string): TargetList => ({
  generatedAt: 1,
  targets: [
    {
      device: testDevice({ id: name, region: '', auth: null }),
      interfaces: [],
    },
  ],
});
const body = (name: string) => JSON.stringify(targetListToJson(list(name)));

let dir: string;
let server: http.Server;
let answer: (req: http.IncomingMessage, res: http.ServerResponse) => void;
let follower: FollowInventory | undefined;
let events: string[];
let waiting: (() => void)[];

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'targets-'));
  events = [];
  waiting = [];
  server = http.createServer((req, res) => answer(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await follower?.stop();
  follower = undefined;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(dir, { recursive: true });
});

async function follow(token: string | null = null): Promise<void> {
  const note = (event: string) => {
    events.push(event);
    waiting.splice(0).forEach((go) => go());
  };
  follower = new FollowInventory({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    refreshMs: 5,
    copy: new TargetCopy(path.join(dir, 'targets.json')),
    onTargets: (l, source) => note(`${source} ${l.targets[0]?.device.id}`),
    onConfirmed: () => note('confirmed'),
    onError: (err) => note(err.message.replace(/:\d{4,5}/, '')),
  });
  await follower.start();
}

async function seen(event: string | RegExp): Promise<void> {
  while (!events.some((e) => (typeof event === 'string' ? e === event : event.test(e)))) {
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
}

it('takes the list, keeps a copy and asks with its ETag', async () => {
  const asked: (string | undefined)[] = [];
  answer = (req, res) => {
    asked.push(req.headers['if-none-match']);
    if (req.headers['if-none-match'] === '"1"') {
      res.writeHead(304).end();
    } else {
      res.writeHead(200, { etag: '"1"' }).end(body('a'));
    }
  };
  await follow();
  await seen('sidecar a');
  await seen('confirmed');
  expect(asked.slice(0, 2)).toEqual([undefined, '"1"']);
  expect(JSON.parse(readFileSync(path.join(dir, 'targets.json'), 'utf8'))).toEqual(JSON.parse(body('a')));
  expect(events.slice(0, 2)).toEqual(['sidecar a', 'confirmed']);
});

it('starts from the copy on disk while the sidecar is away, and takes its list when it is back', async () => {
  writeFileSync(path.join(dir, 'targets.json'), body('old'));
  let away = true;
  answer = (_, res) => (away ? res.destroy() : res.writeHead(200).end(body('new')));
  await follow();
  expect(events[0]).toBe('disk old');
  await seen(/^fetching the target list from http:..127\.0\.0\.1.targets: \w+/);
  away = false;
  await seen('sidecar new');
});

it.each([
  [
    401,
    '',
    'fetching the target list from http://127.0.0.1/targets: the answer was 401 Unauthorized; check inventory.token',
  ],
  [503, '', 'fetching the target list from http://127.0.0.1/targets: the answer was 503 Service Unavailable'],
  [
    200,
    '{"version":2}',
    'fetching the target list from http://127.0.0.1/targets: the body is no target list of this version; run exporter and sidecar of the same release',
  ],
  [
    200,
    '<html>',
    'fetching the target list from http://127.0.0.1/targets: the body is no target list of this version; run exporter and sidecar of the same release',
  ],
])('keeps the old list on answer %i %j', async (status, text, message) => {
  writeFileSync(path.join(dir, 'targets.json'), body('old'));
  answer = (_, res) => res.writeHead(status).end(text);
  await follow();
  await seen(message);
  expect(events.filter((e) => !e.startsWith('fetching'))).toEqual(['disk old']);
  expect(readFileSync(path.join(dir, 'targets.json'), 'utf8')).toBe(body('old'));
});

it('says that a damaged copy is damaged and goes on with the sidecar', async () => {
  writeFileSync(path.join(dir, 'targets.json'), '{"version":1,');
  answer = (_, res) => res.writeHead(200).end(body('a'));
  await follow();
  expect(events[0]).toBe(`the last target list ${dir}/targets.json is damaged; delete it, the sidecar sends a new one`);
  await seen('sidecar a');
});

it('shows its token to the sidecar', async () => {
  answer = (req, res) => res.writeHead(req.headers.authorization === 'Bearer t0ken' ? 200 : 401).end(body('a'));
  await follow('t0ken');
  await seen('sidecar a');
});

it('asks the sidecar to walk a device', async () => {
  const posted: (string | undefined)[] = [];
  answer = (req, res) => {
    if (req.method === 'POST') {
      posted.push(req.url, req.headers.authorization);
      res.writeHead(posted.length === 2 ? 202 : req.url?.includes('gone') ? 404 : 503).end();
    } else {
      res.writeHead(200).end(body('a'));
    }
  };
  await follow('t0ken');
  await follower!.requestDiscovery('a/1');
  expect(posted).toEqual(['/api/v1/devices/a%2F1/discover', 'Bearer t0ken']);
  await expect(follower!.requestDiscovery('gone')).rejects.toThrow(
    /to walk device gone: the answer was 404 Not Found$/
  );
  await expect(follower!.requestDiscovery('later')).rejects.toThrow(SidecarAway);
});
