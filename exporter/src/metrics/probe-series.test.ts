import { Writable } from 'node:stream';
import { testProbe } from '../model/probe.fixture';
import type { ProbeAnswer, Probe } from '../model/probe';
import { EVERYTHING, writeExposition } from './exposition';
import { FAMILIES } from './families';
import { ProbeSeries } from './probe-series';
import { SeriesStore } from './store';

const PROBE = testProbe({ deviceId: 'core-1', ifName: 'Gi0/0' });
const START = 1_763_700_000_000;
let now: number;
let store: SeriesStore;
let probes: ProbeSeries;
beforeEach(() => {
  now = START;
  store = new SeriesStore();
  probes = new ProbeSeries(store, () => now);
  probes.setProbes([PROBE]);
});

const OK: ProbeAnswer = { reason: null, detail: '', durationMs: 12.3456 };
const publish = (answer: ProbeAnswer, name = PROBE.name) => probes.publish(name, { ...answer, decidedAt: now });

/** Name of the family (with the reason in braces where it has one) to value. */
async function served(): Promise<Record<string, string>> {
  let text = '';
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  await writeExposition(store, FAMILIES, EVERYTHING, sink);
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, labels, value] = /^(\w+)\{(.*)\} +(\S+)$/.exec(line)!;
      const reason = /reason="(\w+)"/.exec(labels!)?.[1];
      return [reason ? `${name}{${reason}}` : name!, value!];
    })
  );
}

it('serves nothing of a probe that was not asked yet', async () => {
  expect(await served()).toEqual({});
  expect(probes.status()).toEqual([
    expect.objectContaining({ name: 'internet', success: null, last_asked: null, reason: null }),
  ]);
});

it.each<[string, ProbeAnswer, Record<string, string>, boolean | null]>([
  [
    'an answered round of echoes',
    { ...OK, lossRatio: 0.2 },
    { probe_success: '1', probe_duration_seconds: '0.012346', probe_packet_loss_ratio: '0.2' },
    true,
  ],
  [
    'no answer: no duration',
    { reason: 'timeout', detail: 'x', lossRatio: 1 },
    { probe_success: '0', probe_packet_loss_ratio: '1', 'probe_failure_info{timeout}': '1' },
    false,
  ],
  [
    'a wrong status and a certificate',
    { reason: 'status', detail: 'x', durationMs: 5, httpStatus: 503, certExpiryMs: START },
    {
      probe_success: '0',
      probe_duration_seconds: '0.005',
      probe_http_status_code: '503',
      probe_ssl_earliest_cert_expiry: '1763700000',
      'probe_failure_info{status}': '1',
    },
    false,
  ],
  ['a name that does not resolve here', { reason: 'lookup', detail: 'x' }, { 'probe_failure_info{lookup}': '1' }, null],
  ['a driver that cannot send', { reason: 'local', detail: 'x' }, { 'probe_failure_info{local}': '1' }, null],
])('serves %s', async (_what, answer, expected, success) => {
  publish({ ...OK, httpStatus: 200, lossRatio: 0, certExpiryMs: 1 });
  publish(answer);
  expect(await served()).toEqual(expected);
  expect(probes.status()[0]).toMatchObject({ success, reason: answer.reason, detail: answer.detail });
});

it('withdraws what is older than two and a half intervals', async () => {
  publish({ reason: 'timeout', detail: 'x' });
  now += 75_000;
  probes.tick();
  expect(await served()).toMatchObject({ probe_success: '0' });
  now += 1;
  probes.tick();
  expect(await served()).toEqual({});
  expect(probes.status()[0]).toMatchObject({ success: null, reason: null, last_asked: START / 1000 });
  publish(OK);
  expect(await served()).toMatchObject({ probe_success: '1' });
});

it('says what the probe is and to which uplink it belongs, and nothing of a device that it is not', async () => {
  publish(OK);
  const page = store.pagesOf('probe_success', { index: 0, of: 1 }).find(({ visible }) => visible > 0)!;
  let line = '';
  page.copyTo({ copy: (source, start, end) => (line += Buffer.from(source.subarray(start, end)).toString()) });
  expect(line).toMatch(
    /^probe_success\{probe="internet",target="192\.0\.2\.1",class="internet",branch="HQ",region="Tbilisi",device_id="core-1",if_name="Gi0\/0"\} +1\n$/
  );
});

it('keeps what is known of probes that stay as they are, and forgets the others', async () => {
  const other: Probe = testProbe({ name: 'other' });
  probes.setProbes([PROBE, other]);
  publish(OK);
  publish(OK, 'other');
  expect(Object.keys(await served())).toContain('probe_success');
  probes.setProbes([{ ...PROBE }, { ...other, target: '192.0.2.2' }]);
  expect(probes.status().map(({ success }) => success)).toEqual([true, null]);
  probes.setProbes([]);
  expect(await served()).toEqual({});
  publish(OK);
  expect(await served()).toEqual({});
});
