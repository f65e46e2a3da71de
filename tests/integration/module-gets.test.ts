import type { Sample } from '../../exporter/src/model/sample';
import { ModuleCatalogue } from '../../exporter/src/modules/catalogue';
import { ModulePoll, type ModuleOutcome } from '../../exporter/src/poll/module-poll';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import type { SnmpAuth, SnmpSession } from '../../exporter/src/snmp/session';
import {
  expectedDevices,
  recordingsMissing,
  snmpdMissing,
  startRecordings,
  startSnmpd,
  type Agent,
} from './snmp-agents';
import { udpRelay, type Relay } from './udp-relay';

const catalogue = ModuleCatalogue.shipped();
const undisturbed = { signal: new AbortController().signal, isWanted: () => false };
const START = Date.UTC(2026, 10, 21, 12, 0, 1);
/** Modules that the device does not have are asked less often after three polls in two minutes. */
const SETTLING_MS = [0, 70_000, 140_000];
/** Half-way to the next walk of everything, wherever that is in the ten minutes. */
const SLOW_MS = 600_000;

let engine: SharedSocketEngine;
let relay: Relay;

beforeAll(async () => {
  engine = new SharedSocketEngine();
  relay = await udpRelay(0);
});
afterAll(async () => {
  await engine.close();
  await relay.close();
});

interface Polled {
  outcome: ModuleOutcome;
  packets: number;
}

/** The last poll of a device that is known: walked again, or by GET of what the walks before had found. */
async function settled(session: SnmpSession, slowMs: number): Promise<Polled> {
  let now = START;
  const poll = new ModulePoll('gw-1', { catalogue, slowMs, now: () => now });
  const run = async () => (await poll.poll(session, 'standard', undisturbed)) as ModuleOutcome;
  for (const ms of SETTLING_MS) {
    now = START + ms;
    await run();
  }
  now += 1;
  relay.requests = [];
  return { outcome: await run(), packets: relay.requests.length };
}

async function bothWays(auth: SnmpAuth): Promise<{ walked: Polled; got: Polled }> {
  const open = () => engine.open({ address: '127.0.0.1', port: relay.port, auth, timeoutMs: 5000, retries: 2 });
  const [first, second] = [open(), open()];
  const walked = await settled(first, 1);
  const got = await settled(second, SLOW_MS);
  [first, second].forEach((session) => session.close());
  return { walked, got };
}

/** One object of the recordings moves by itself: a load of ubiquiti-m5. */
const moves = ({ name, labels }: Sample) => name === 'snmp_ubiquiti_load' && labels['period'] === '5 Minute Average';
const samplesOf = ({ outcome }: Polled) =>
  outcome.snapshot.readings.map(({ module, samples }) => ({
    module,
    samples: samples.map((sample) => (moves(sample) ? { ...sample, value: NaN } : sample)),
  }));
const seriesOf = ({ outcome }: Polled) =>
  outcome.snapshot.readings.map(({ module, samples }) => ({
    module,
    samples: samples.map(({ name, labels, type, help }) => ({ name, labels, type, help })),
  }));
const valuesOf = ({ outcome }: Polled) =>
  outcome.snapshot.readings.flatMap(({ samples }) => samples.map(({ value }) => value));

const noRecordings = recordingsMissing();
if (noRecordings) {
  console.warn(`Recordings of real devices ${noRecordings}`);
}

(noRecordings ? describe.skip : describe)('modules of recorded devices', () => {
  let agent: Agent;
  const lines: string[] = [];
  beforeAll(async () => {
    agent = await startRecordings();
    relay.target = agent.port;
  }, 60_000);
  afterAll(async () => {
    await agent?.stop();
    console.log(`packets of one poll of all standard modules\n${lines.join('\n')}`);
  });

  test('give the same by GET as by walks, with fewer packets', async () => {
    for (const name of Object.keys(await expectedDevices())) {
      const { walked, got } = await bothWays({ version: 2, community: name });
      lines.push(`${name}: ${walked.packets} walked, ${got.packets} by GET, ${valuesOf(got).length} values`);
      expect([name, samplesOf(got)]).toEqual([name, samplesOf(walked)]);
      expect([name, got.outcome.snapshot.normalised]).toEqual([name, walked.outcome.snapshot.normalised]);
      expect([name, got.outcome.errors]).toEqual([name, walked.outcome.errors]);
      expect(got.packets).toBeLessThan(walked.packets);
      expect(valuesOf(got).length).toBeGreaterThan(0);
    }
  }, 120_000);
});

const noSnmpd = snmpdMissing();
if (noSnmpd) {
  console.warn(`Debian's snmpd ${noSnmpd}`);
}

(noSnmpd ? describe.skip : describe)("modules of Debian's snmpd", () => {
  let agent: Agent;
  const USERS = [
    'createUser clear SHA first-passphrase',
    'createUser secret SHA first-passphrase AES other-passphrase',
    'rouser clear auth',
    'rouser secret priv',
    'rocommunity localtest',
  ];
  const v3 = { version: 3 as const, community: '', password: 'first-passphrase', authProtocol: 'SHA' as const };
  beforeAll(async () => {
    const processors = [20, 45].map((load, i) => `override 1.3.6.1.2.1.25.3.3.1.2.${196608 + i} integer ${load}`);
    agent = await startSnmpd([...USERS, ...processors]);
    relay.target = agent.port;
  }, 60_000);
  afterAll(() => agent?.stop());

  test.each<[string, SnmpAuth]>([
    ['version 1', { version: 1, community: 'localtest' }],
    ['version 2c', { version: 2, community: 'localtest' }],
    ['version 3, authNoPriv', { ...v3, securityLevel: 'authNoPriv', username: 'clear' }],
    [
      'version 3, authPriv',
      { ...v3, securityLevel: 'authPriv', username: 'secret', privPassword: 'other-passphrase', privProtocol: 'AES' },
    ],
  ])(
    '%s: the same series by GET as by walks, with fewer packets',
    async (name, auth) => {
      const { walked, got } = await bothWays(auth);
      console.log(`${name}: ${walked.packets} packets walked, ${got.packets} by GET, ${valuesOf(got).length} values`);
      expect(seriesOf(got)).toEqual(seriesOf(walked));
      expect(got.outcome.snapshot.normalised.map((sample) => ({ ...sample, value: 0 }))).toEqual(
        walked.outcome.snapshot.normalised.map((sample) => ({ ...sample, value: 0 }))
      );
      // Memory, load and clocks of a live machine go on between two polls, but not by half.
      const [before, after] = [valuesOf(walked), valuesOf(got)];
      const alike = after.filter((value, i) => Math.abs(value - before[i]!) <= 0.5 * Math.abs(before[i]!));
      expect(alike.length / after.length).toBeGreaterThan(0.9);
      expect(got.packets * 4).toBeLessThan(walked.packets);
    },
    60_000
  );
});
