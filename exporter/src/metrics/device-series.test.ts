import { Writable } from 'node:stream';
import type { Device } from '../model/device';
import type { Interface } from '../model/interface';
import type { InterfaceValues, ModulePollResult, PollResult } from '../model/snapshot';
import type { State } from '../model/state';
import type { Target } from '../model/target-list';
import { DeviceSeries } from './device-series';
import { EVERYTHING, writeExposition } from './exposition';
import type { PastDevice, PastState } from './states';
import { SeriesStore } from './store';

const START = 1_763_700_000_000;
const DEVICE: Device = {
  id: 'd1',
  name: 'core-1',
  address: '10.0.0.5',
  snmpPort: 161,
  site: 'HQ',
  region: 'Tbilisi',
  type: 'router',
  role: 'core',
  auth: 'branch',
  ping: true,
  enabled: true,
  vendor: 'Cisco',
  model: 'ISR',
  osVersion: '17',
  sysName: 'core-1.example.net',
};
const UPLINK: Interface = {
  ifName: 'Gi0/0',
  weakIdentity: false,
  ifIndex: 1,
  ifDescr: 'GigabitEthernet0/0',
  ifAlias: 'Internet Magti',
  ifType: 6,
  interfaceType: 'isp',
  ispProvider: 'magti',
  isCritical: true,
  monitored: true,
  speedOverride: null,
};
const LAN: Interface = {
  ...UPLINK,
  ifName: 'Gi0/1',
  ifIndex: 2,
  interfaceType: 'trunk',
  ispProvider: '',
  isCritical: false,
};
const target = (device: Partial<Device> = {}, interfaces: Interface[] = [UPLINK, LAN]): Target => ({
  device: { ...DEVICE, ...device },
  interfaces,
});
const ROW: InterfaceValues = {
  ifName: 'Gi0/0',
  adminStatus: 1,
  operStatus: 1,
  speed: 1e9,
  inOctets: 1000,
  outOctets: 2000,
  inUcastPkts: 3,
  outUcastPkts: 4,
  inErrors: 5,
  outErrors: 6,
  inDiscards: 7,
  outDiscards: 8,
  counterBits: 64,
};

let now: number;
let store: SeriesStore;
let fleet: DeviceSeries;

beforeEach(() => {
  now = START;
  store = new SeriesStore();
  fleet = new DeviceSeries({
    store,
    intervals: { pingMs: 10_000, snmp: { fastMs: null, standardMs: 60_000, slowMs: 300_000 }, modules: false },
    failedRounds: 2,
    clock: () => now,
  });
});

const round = (rttsMs: number[], sent = 5) => fleet.publishRound('d1', { decidedAt: now, sent, rttsMs });
const poll = (rows: InterfaceValues[] = [ROW, { ...ROW, ifName: 'Gi0/1' }]) => fleet.publishPoll('d1', answer(rows));
const answer = (interfaces: InterfaceValues[]): PollResult => ({
  reason: 'ok',
  detail: '',
  durationMs: 20,
  snapshot: { polledAt: now, interfaces },
});
const failed = (reason: PollResult['reason']) => fleet.publishPoll('d1', { reason, detail: '', durationMs: 3000 });
function pass(ms: number): void {
  now += ms;
  fleet.tick();
}

/** Series as `name{label=value,…}` without identity and place, to their text after the braces. */
async function served(...names: string[]): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  await writeExposition(store, store.allFamilies(), EVERYTHING, sink);
  const lines = Buffer.concat(chunks)
    .toString()
    .split('\n')
    .filter((l) => l !== '' && !l.startsWith('#'));
  const all = lines.map((l): [string, string] => {
    const [name, labels, rest] = [
      l.slice(0, l.indexOf('{')),
      l.slice(l.indexOf('{') + 1, l.lastIndexOf('}')),
      l.slice(l.lastIndexOf('}') + 1),
    ];
    const kept = labels.split(',').filter((x) => !/^(device_|branch=|region=)/.test(x));
    return [
      name + (kept.length > 0 ? `{${kept.join(',').replaceAll('"', '')}}` : ''),
      rest.trim().replaceAll(/ +/g, ' '),
    ];
  });
  return Object.fromEntries(all.filter(([key]) => names.length === 0 || names.some((n) => key.startsWith(n))));
}
const deviceState = () => served('device_state_since');
const uplinkState = () => served('interface_state_since');
const DEVICE_STATE = (state: string, since = 'exact') =>
  `device_state_since_timestamp_seconds{state=${state},since=${since}}`;
const UPLINK_STATE = (state: string, since = 'exact') =>
  `interface_state_since_timestamp_seconds{if_name=Gi0/0,interface_type=isp,isp_provider=magti,is_critical=true,state=${state},since=${since}}`;
const UPLINK_LABELS = '{if_name=Gi0/0,interface_type=isp,isp_provider=magti,is_critical=true}';

describe('a new device', () => {
  beforeEach(() => void fleet.setTargets([target()]));

  it('is unknown, has what the inventory knows, ages, and no value', async () => {
    pass(3000);
    expect(await served()).toEqual({
      [DEVICE_STATE('unknown', 'approximate')]: String(START / 1000),
      [UPLINK_STATE('unknown', 'approximate')]: String(START / 1000),
      'device_data_age_seconds{collector=ping}': '3',
      'device_data_age_seconds{collector=interfaces}': '3',
      'interface_info{if_name=Gi0/0,if_alias=Internet Magti,if_index=1,if_type=6}': '1',
      'interface_info{if_name=Gi0/1,if_alias=Internet Magti,if_index=2,if_type=6}': '1',
      'device_info{vendor=Cisco,model=ISR,os_version=17,sys_name=core-1.example.net,role=core,site=HQ}': '1',
    });
    expect(fleet.pending).toBe(1);
  });

  it('that is down already is down after two rounds, approximately', async () => {
    pass(1000);
    round([]);
    expect(await deviceState()).toEqual({ [DEVICE_STATE('unknown', 'approximate')]: String(START / 1000) });
    pass(5000);
    round([]);
    expect(await deviceState()).toEqual({ [DEVICE_STATE('down', 'approximate')]: String(START / 1000 + 1) });
    expect(fleet.pending).toBe(0);
  });
});

describe('pings', () => {
  beforeEach(() => void fleet.setTargets([target()]));

  it('show mean, least, most, loss and totals', async () => {
    round([10, 20, 30.0004, 12]);
    expect(await served('device_ping')).toEqual({
      device_ping_status: '1',
      device_ping_rtt_ms: '18',
      device_ping_rtt_min_ms: '10',
      device_ping_rtt_max_ms: '30',
      device_ping_packet_loss: '20',
      device_ping_requests_total: '5',
      device_ping_replies_total: '4',
    });
  });

  it('without a reply have no round-trip time, never 0', async () => {
    round([10, 10, 10, 10, 10]);
    round([]);
    expect(await served('device_ping')).toEqual({
      device_ping_status: '0',
      device_ping_packet_loss: '100',
      device_ping_requests_total: '10',
      device_ping_replies_total: '5',
    });
  });

  it('that could not be sent say nothing about the device', async () => {
    round([1]);
    const before = await served('device_ping');
    fleet.publishRound('d1', { decidedAt: now, sent: 0, rttsMs: [], error: 'Network is unreachable' });
    expect(await served('device_ping')).toEqual(before);
    expect([...fleet.status()][0]!.ping!.error).toBe('Network is unreachable');
  });

  it('vanish after two and a half intervals; the age of the last reply grows on, the totals go on later', async () => {
    round([10]);
    pass(5000);
    round([]);
    pass(25_000);
    expect(await served('device_ping_status', 'device_data_age_seconds{collector=ping')).toEqual({
      device_ping_status: '0',
      'device_data_age_seconds{collector=ping}': '30',
    });
    pass(1);
    expect(await served('device_ping')).toEqual({});
    expect(await deviceState()).toEqual({ [DEVICE_STATE('unknown')]: String(START / 1000 + 30) });
    pass(970_000);
    expect(await served('device_data_age_seconds{collector=ping')).toEqual({
      'device_data_age_seconds{collector=ping}': '1000',
    });
    round([10]);
    expect(await served('device_ping_requests_total')).toEqual({ device_ping_requests_total: '15' });
  });
});

describe('polls', () => {
  beforeEach(() => void fleet.setTargets([target()]));

  it('show gauges without and counters with the time of the poll', async () => {
    now += 500;
    poll([ROW]);
    expect(
      await served('interface_oper', 'interface_admin', 'interface_speed', 'interface_if_', 'device_snmp')
    ).toEqual({
      [`interface_oper_status${UPLINK_LABELS}`]: '1',
      [`interface_admin_status${UPLINK_LABELS}`]: '1',
      [`interface_speed${UPLINK_LABELS}`]: '1000000000',
      [`interface_if_hc_in_octets${UPLINK_LABELS}`]: `1000 ${START + 500}`,
      [`interface_if_hc_out_octets${UPLINK_LABELS}`]: `2000 ${START + 500}`,
      [`interface_if_hc_in_ucast_pkts${UPLINK_LABELS}`]: `3 ${START + 500}`,
      [`interface_if_hc_out_ucast_pkts${UPLINK_LABELS}`]: `4 ${START + 500}`,
      [`interface_if_in_errors${UPLINK_LABELS}`]: `5 ${START + 500}`,
      [`interface_if_out_errors${UPLINK_LABELS}`]: `6 ${START + 500}`,
      [`interface_if_in_discards${UPLINK_LABELS}`]: `7 ${START + 500}`,
      [`interface_if_out_discards${UPLINK_LABELS}`]: `8 ${START + 500}`,
      device_snmp_up: '1',
      'device_snmp_state{reason=ok}': '1',
    });
  });

  it('leave out what the agent does not have', async () => {
    poll([ROW]);
    poll([{ ...ROW, speed: undefined, inErrors: undefined }]);
    const names = Object.keys(await served('interface_speed', 'interface_if_in_errors', 'interface_oper_status'));
    expect(names).toEqual([`interface_oper_status${UPLINK_LABELS}`]);
  });

  it('leave out an interface that the answer does not have, and its state is unknown', async () => {
    poll();
    poll([{ ...ROW, ifName: 'Gi0/1' }]);
    expect(Object.keys(await served('interface_oper_status'))).toEqual([
      'interface_oper_status{if_name=Gi0/1,interface_type=trunk,isp_provider=,is_critical=false}',
    ]);
    expect(Object.keys(await uplinkState())).toEqual([UPLINK_STATE('unknown')]);
  });

  it.each(['timeout', 'auth', 'tooslow'] as const)(
    'that end with %s say so and keep the values while they are fresh',
    async (reason) => {
      poll();
      pass(60_000);
      failed(reason);
      pass(60_000);
      failed(reason);
      expect(await served('device_snmp')).toEqual({
        device_snmp_up: '0',
        [`device_snmp_state{reason=${reason}}`]: '1',
      });
      expect(Object.keys(await served('interface_oper_status'))).toHaveLength(2);
      pass(30_000);
      expect(Object.keys(await served('interface_oper_status'))).toHaveLength(2);
      pass(1);
      expect(await served('interface_oper', 'interface_admin', 'interface_speed', 'interface_if_')).toEqual({});
      expect(await served('device_data_age_seconds{collector=interfaces')).toEqual({
        'device_data_age_seconds{collector=interfaces}': '150',
      });
    }
  );

  it('of interfaces behind one that the answer does not have stay with their own names, in whatever order they come', async () => {
    const names = ['a', 'b', 'c', 'd'];
    fleet.setTargets([
      target(
        {},
        names.map((ifName, i) => ({ ...LAN, ifName, ifIndex: i + 1 }))
      ),
    ]);
    const row = (ifName: string) => ({ ...ROW, ifName, speed: 1e6 * (names.indexOf(ifName) + 1) });
    const speeds = async () =>
      Object.entries(await served('interface_speed'))
        .map(([series, speed]) => `${/if_name=(\w)/.exec(series)![1]} ${speed}`)
        .sort();
    poll(names.map(row));
    expect(await speeds()).toEqual(['a 1000000', 'b 2000000', 'c 3000000', 'd 4000000']);
    poll(['a', 'c', 'd'].map(row));
    expect(await speeds()).toEqual(['a 1000000', 'c 3000000', 'd 4000000']);
    poll(['d', 'b', 'a'].map(row));
    expect(await speeds()).toEqual(['a 1000000', 'b 2000000', 'd 4000000']);
  });

  it('that stop altogether take their verdict with them', async () => {
    poll();
    pass(150_001);
    expect(await served('device_snmp')).toEqual({});
  });

  it('use the speed of the inventory where the agent has none', async () => {
    fleet.setTargets([target({}, [{ ...UPLINK, speedOverride: 50e6 }])]);
    poll([{ ...ROW, speed: undefined }]);
    expect(Object.values(await served('interface_speed'))).toEqual(['50000000']);
    poll([ROW]);
    expect(Object.values(await served('interface_speed'))).toEqual(['1000000000']);
  });

  it('drop what is no number', async () => {
    poll([{ ...ROW, inOctets: NaN }]);
    expect(await served('interface_if_hc_in_octets')).toEqual({});
    expect(store.dropped()).toContainEqual({ family: 'interface_if_hc_in_octets', count: 1 });
  });
});

describe('states', () => {
  beforeEach(() => void fleet.setTargets([target()]));

  it('follow a device down and up, exactly', async () => {
    round([1]);
    pass(10_000);
    round([]);
    const firstFailed = now;
    pass(5000);
    expect(Object.keys(await deviceState())).toEqual([DEVICE_STATE('up', 'approximate')]);
    round([]);
    expect(await deviceState()).toEqual({ [DEVICE_STATE('down')]: String(firstFailed / 1000) });
    pass(10_000);
    round([2]);
    expect(await deviceState()).toEqual({ [DEVICE_STATE('up')]: String(now / 1000) });
  });

  it('take a device that answers SNMP for up although its ping is silent', async () => {
    round([]);
    pass(5000);
    round([]);
    pass(1000);
    poll();
    expect(await deviceState()).toEqual({ [DEVICE_STATE('up')]: String(now / 1000) });
    pass(10_000);
    round([]);
    failed('timeout');
    expect(Object.keys(await deviceState())).toEqual([DEVICE_STATE('down')]);
  });

  it.each<[string, Partial<InterfaceValues>, string]>([
    ['up', {}, 'up'],
    ['down', { operStatus: 2 }, 'down'],
    ['lowerLayerDown', { operStatus: 7 }, 'down'],
    ['testing', { operStatus: 3 }, 'unknown'],
    ['admin down', { adminStatus: 2, operStatus: 2 }, 'disabled'],
  ])('of an uplink that is %s', async (_, values, state) => {
    poll();
    pass(60_000);
    poll([{ ...ROW, ...values }]);
    expect(await uplinkState()).toEqual(
      state === 'up'
        ? { [UPLINK_STATE('up', 'approximate')]: String(START / 1000) }
        : { [UPLINK_STATE(state)]: String(now / 1000) }
    );
  });

  it('of uplinks become unknown with their device, and come back with the next poll', async () => {
    round([1]);
    poll();
    pass(10_000);
    round([]);
    const lost = now;
    pass(5000);
    round([]);
    expect(await uplinkState()).toEqual({ [UPLINK_STATE('unknown')]: String(lost / 1000) });
    pass(10_000);
    round([1]);
    expect(Object.keys(await uplinkState())).toEqual([UPLINK_STATE('up', 'approximate')]);
  });

  it('of uplinks become unknown when SNMP is silent for two and a half intervals', async () => {
    poll();
    for (let i = 0; i < 15; i++) {
      pass(10_000);
      round([1]);
    }
    expect(Object.keys(await uplinkState())).toEqual([UPLINK_STATE('up', 'approximate')]);
    pass(1);
    expect(Object.keys(await uplinkState())).toEqual([UPLINK_STATE('unknown')]);
    expect(Object.keys(await deviceState())).toEqual([DEVICE_STATE('up', 'approximate')]);
  });
});

describe('a changed target list', () => {
  it('leaves devices alone that are described as before', async () => {
    fleet.setTargets([target()]);
    round([1]);
    const add = jest.spyOn(store, 'add');
    fleet.setTargets([structuredClone(target())]);
    expect(add).not.toHaveBeenCalled();
  });

  it('renames the series of a device and goes on with its values, totals and states', async () => {
    fleet.setTargets([target()]);
    round([1, 1, 1, 1, 1]);
    poll();
    const before = await served();
    now += 2000;
    fleet.setTargets([target({ name: 'core-2', address: '10.0.0.6', region: 'Batumi' })]);
    const after = await served();
    expect(after).toEqual({
      ...before,
      'device_data_age_seconds{collector=ping}': '2',
      'device_data_age_seconds{collector=interfaces}': '2',
    });
    expect(store.counts().reduce((sum, c) => sum + c.visible, 0)).toBe(Object.keys(after).length);
    round([1]);
    expect(await served('device_ping_requests_total')).toEqual({ device_ping_requests_total: '10' });
  });

  it('relabels an interface whose provider was told', async () => {
    fleet.setTargets([target({}, [{ ...UPLINK, ispProvider: 'unknown' }])]);
    poll();
    fleet.setTargets([target({}, [UPLINK])]);
    expect(await served('interface_oper_status', 'interface_if_in_errors')).toEqual({
      [`interface_oper_status${UPLINK_LABELS}`]: '1',
      [`interface_if_in_errors${UPLINK_LABELS}`]: `5 ${START}`,
    });
  });

  it('gives an interface that became an uplink a state, and takes it from one that is none', async () => {
    fleet.setTargets([target({}, [LAN])]);
    poll();
    expect(await uplinkState()).toEqual({});
    fleet.setTargets([target({}, [{ ...LAN, interfaceType: 'isp' }])]);
    expect(Object.keys(await uplinkState())).toHaveLength(1);
    fleet.setTargets([target({}, [LAN])]);
    expect(await uplinkState()).toEqual({});
  });

  it('removes every series of a device that left, and ignores what still comes of it', async () => {
    fleet.setTargets([target()]);
    round([1]);
    poll();
    fleet.setTargets([]);
    round([1]);
    poll();
    pass(1000);
    expect(await served()).toEqual({});
    expect(store.counts().every((c) => c.visible + c.hidden === 0)).toBe(true);
  });

  it('withdraws the values of a disabled device and says that it is disabled', async () => {
    fleet.setTargets([target()]);
    round([1]);
    poll();
    now += 1000;
    fleet.setTargets([target({ enabled: false })]);
    round([1]);
    poll();
    pass(1000);
    const names = Object.keys(await served()).map((key) => key.replace(/\{.*/, ''));
    expect(new Set(names)).toEqual(
      new Set([
        'device_state_since_timestamp_seconds',
        'interface_state_since_timestamp_seconds',
        'interface_info',
        'device_info',
      ])
    );
    expect(await deviceState()).toEqual({ [DEVICE_STATE('disabled')]: String(START / 1000 + 1) });
    expect(await uplinkState()).toEqual({ [UPLINK_STATE('disabled')]: String(START / 1000 + 1) });
    fleet.setTargets([target()]);
    pass(60_000);
    expect(Object.keys(await deviceState())).toEqual([expect.stringContaining('state=unknown')]);
  });

  it('leaves out twins and says so', () => {
    expect(
      fleet.setTargets([
        target(),
        target({ name: 'other' }),
        target({ id: 'd2' }, [UPLINK, { ...LAN, ifName: 'Gi0/0' }]),
      ])
    ).toEqual([
      'device other is left out: device core-1 has the id d1 already',
      'interface Gi0/0 (ifIndex 2) of device core-1 is left out: another interface of the device has that name already',
    ]);
    expect(fleet.size).toBe(2);
  });
});

it('cuts an alias to 64 characters without splitting one', async () => {
  fleet.setTargets([target({}, [{ ...UPLINK, ifAlias: '📡'.repeat(70) }])]);
  expect(Object.keys(await served('interface_info'))).toEqual([
    `interface_info{if_name=Gi0/0,if_alias=${'📡'.repeat(64)},if_index=1,if_type=6}`,
  ]);
});

it('has no ping series of a device that is not pinged and no SNMP series of one without a credential', async () => {
  fleet.setTargets([target({ ping: false, auth: null })]);
  round([1]);
  poll();
  expect(Object.keys(await served()).map((key) => key.replace(/\{.*/, ''))).toEqual([
    'device_state_since_timestamp_seconds',
    'interface_state_since_timestamp_seconds',
    'interface_info',
    'interface_info',
    'device_info',
  ]);
});

it('shows the state of an uplink that is not monitored as disabled, without values', async () => {
  fleet.setTargets([target({}, [{ ...UPLINK, monitored: false }])]);
  poll();
  expect(Object.keys(await uplinkState())).toEqual([UPLINK_STATE('disabled', 'approximate')]);
  expect(await served('interface_oper_status')).toEqual({});
});

describe('a restart', () => {
  const YESTERDAY = START - 86_400_000;
  const past = (state: State): PastState => ({ state, sinceMs: YESTERDAY, exact: true, holdsUntilMs: START + 300_000 });
  const before = (device: State, uplink: State): Map<string, PastDevice> =>
    new Map([['d1', { state: past(device), interfaces: new Map([['Gi0/0', past(uplink)]]) }]]);
  const down = () => {
    round([]);
    pass(10_000);
    round([]);
  };

  it('continues what is still so, told before the first state', async () => {
    fleet.setTargets([target()]);
    await fleet.recall(before('down', 'unknown'));
    expect(await deviceState()).toEqual({ [DEVICE_STATE('unknown', 'approximate')]: String(START / 1000) });
    expect(await uplinkState()).toEqual({ [UPLINK_STATE('unknown', 'exact')]: String(YESTERDAY / 1000) });
    down();
    expect(await deviceState()).toEqual({ [DEVICE_STATE('down', 'exact')]: String(YESTERDAY / 1000) });
  });

  it('corrects what began meanwhile, told after the first state', async () => {
    fleet.setTargets([target()]);
    round([1]);
    poll();
    await fleet.recall(before('up', 'up'));
    expect(await deviceState()).toEqual({ [DEVICE_STATE('up', 'exact')]: String(YESTERDAY / 1000) });
    expect(await uplinkState()).toEqual({ [UPLINK_STATE('up', 'exact')]: String(YESTERDAY / 1000) });
    pass(10_000);
    expect(await deviceState()).toEqual({ [DEVICE_STATE('up', 'exact')]: String(YESTERDAY / 1000) });
  });

  it('continues the states of devices that come later', async () => {
    await fleet.recall(before('up', 'up'));
    fleet.setTargets([target()]);
    round([1]);
    poll();
    expect(await deviceState()).toEqual({ [DEVICE_STATE('up', 'exact')]: String(YESTERDAY / 1000) });
    expect(await uplinkState()).toEqual({ [UPLINK_STATE('up', 'exact')]: String(YESTERDAY / 1000) });
  });

  it('continues the states of interfaces that are found later', async () => {
    fleet.setTargets([target({}, [])]);
    await fleet.recall(before('up', 'up'));
    fleet.setTargets([target()]);
    round([1]);
    poll();
    expect(await uplinkState()).toEqual({ [UPLINK_STATE('up', 'exact')]: String(YESTERDAY / 1000) });
  });

  it('leaves alone what became different, was different in between, or comes after too long a gap', async () => {
    fleet.setTargets([target()]);
    await fleet.recall(before('up', 'up'));
    down();
    expect(await deviceState()).toEqual({ [DEVICE_STATE('down', 'approximate')]: String(START / 1000) });
    pass(10_000);
    round([1]);
    expect(Object.keys(await deviceState())).toEqual([DEVICE_STATE('up', 'exact')]);
    expect(Object.values(await deviceState())).toEqual([String(now / 1000)]);
    pass(300_000);
    poll();
    expect(await uplinkState()).toEqual({ [UPLINK_STATE('up', 'approximate')]: String(now / 1000) });
  });

  it('follow for every device once, whatever the parts of a tick', () => {
    const ids = ['d1', 'd2', 'd3', 'd4', 'd5'];
    fleet.setTargets(ids.map((id) => target({ id, auth: null }, [])));
    ids.forEach((id) => fleet.publishRound(id, { decidedAt: now, sent: 5, rttsMs: [1] }));
    now += 60_000;
    const unknown = [0, 1, 2].map((index) => {
      fleet.tick(now, { index, of: 3 });
      return fleet.countByState().unknown;
    });
    expect(unknown).toEqual([2, 4, 5]);
  });

  it('lets others have their turn on the way through a large fleet', async () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `d${i}`);
    fleet.setTargets(ids.map((id) => target({ id }, [])));
    let turns = 0;
    const count = () => {
      turns++;
      setImmediate(count).unref();
    };
    count();
    await fleet.recall(new Map(ids.map((id) => [id, { state: past('unknown'), interfaces: new Map() }])));
    expect(turns).toBeGreaterThanOrEqual(5);
  });
});

describe('tiers', () => {
  const FAST = { pingMs: 10_000, snmp: { fastMs: 5000, standardMs: 60_000, slowMs: 300_000 }, modules: true };
  const pollFast = (rows: InterfaceValues[] = [ROW]) =>
    fleet.publishPoll('d1', { ...answer(rows), snapshot: { scope: 'fast', polledAt: now, interfaces: rows } });
  const octets = () => served('interface_if_hc_in_octets');
  const UPLINK_OCTETS = `interface_if_hc_in_octets${UPLINK_LABELS}`;
  const LAN_OCTETS = 'interface_if_hc_in_octets{if_name=Gi0/1,interface_type=trunk,isp_provider=,is_critical=false}';
  const age = async (collector: string) =>
    (await served('device_data_age'))[`device_data_age_seconds{collector=${collector}}`];

  beforeEach(() => {
    fleet.setIntervals(FAST);
    fleet.setTargets([target({ ping: false })]);
  });

  test('a fast poll changes the uplinks and leaves the others as they are', async () => {
    poll();
    const first = now;
    pass(5000);
    pollFast([{ ...ROW, inOctets: 1111 }]);
    expect(await octets()).toEqual({ [UPLINK_OCTETS]: `1111 ${now}`, [LAN_OCTETS]: `1000 ${first}` });
  });

  test('an uplink is stale after two and a half fast intervals, the others after theirs', async () => {
    poll();
    pass(12_500);
    expect(Object.keys(await octets())).toEqual([UPLINK_OCTETS, LAN_OCTETS]);
    pass(1);
    expect(Object.keys(await octets())).toEqual([LAN_OCTETS]);
    expect(Object.keys(await uplinkState())).toEqual([UPLINK_STATE('unknown')]);
    pollFast();
    expect(Object.keys(await octets())).toEqual([UPLINK_OCTETS, LAN_OCTETS]);
    while (now < START + 150_001) {
      pass(5000);
      pollFast();
    }
    expect(Object.keys(await octets())).toEqual([UPLINK_OCTETS]);
    // The age is that of the oldest values: those of the full poll.
    expect(await age('interfaces')).toBe('152');
  });

  test('without a fast interval the uplinks are as fresh as the others', async () => {
    fleet.setIntervals({ ...FAST, snmp: { ...FAST.snmp, fastMs: null } });
    poll();
    pass(150_000);
    expect(Object.keys(await octets())).toHaveLength(2);
    pass(1);
    expect(await octets()).toEqual({});
  });

  test('everything of a slow device is fresh for two and a half slow intervals', async () => {
    fleet.setTargets([target({ ping: false, tier: 'slow' })]);
    poll();
    pass(750_000);
    expect(Object.keys(await octets())).toHaveLength(2);
    expect(await served('device_snmp_up')).toEqual({ device_snmp_up: '1' });
    pass(1);
    expect(await octets()).toEqual({});
    expect(await served('device_snmp_up')).toEqual({});
  });

  describe('of modules', () => {
    const gave = (tier: 'standard' | 'slow', names: string[]): ModulePollResult => ({
      reason: 'ok',
      detail: 'as asked',
      durationMs: 9,
      errors: [],
      snapshot: {
        tier,
        polledAt: now,
        vendor: 'acme',
        normalised: [],
        readings: [
          {
            module: 'm',
            polledAt: now,
            samples: names.map((name) => ({ name, type: 'gauge', help: '', labels: {}, value: 1 })),
          },
        ],
      },
    });
    const publish = (tier: 'standard' | 'slow', ...names: string[]) =>
      fleet.publishModules('d1', tier, gave(tier, names));

    test('each is withdrawn after two and a half intervals of its own', async () => {
      publish('standard', 'snmp_cpu');
      publish('slow', 'snmp_disk');
      expect(await age('device')).toBe('0');
      pass(150_000);
      expect(Object.keys(await served('snmp_'))).toHaveLength(2);
      pass(1);
      expect(Object.keys(await served('snmp_'))).toEqual(['snmp_disk{vendor=acme}']);
      expect(await age('device')).toBe('150');
      pass(600_000);
      expect(await served('snmp_')).toEqual({});
      expect(await age('device')).toBe('750');
    });

    test('a poll that failed takes nothing away before its time, and says why on the status page', async () => {
      publish('standard', 'snmp_cpu');
      fleet.publishModules('d1', 'standard', { reason: 'timeout', detail: 'silent', durationMs: 1, errors: [] });
      expect(Object.keys(await served('snmp_'))).toHaveLength(1);
      expect([...fleet.status()][0]!.modules).toEqual({
        last_poll: START / 1000,
        last_answer: START / 1000,
        reason: 'timeout',
        detail: 'silent',
      });
    });

    test('they stay when the device is described anew, unless its identity is another', async () => {
      publish('standard', 'snmp_cpu');
      fleet.setTargets([target({ ping: false, site: 'Elsewhere', sysName: 'x' }, [UPLINK])]);
      expect(Object.keys(await served('snmp_'))).toEqual(['snmp_cpu{vendor=acme}']);
      publish('standard', 'snmp_cpu', 'snmp_other');
      expect(Object.keys(await served('snmp_'))).toHaveLength(2);
      fleet.setTargets([target({ ping: false, name: 'renamed' })]);
      expect(await served('snmp_')).toEqual({});
      publish('standard', 'snmp_cpu');
      expect(Object.keys(await served('snmp_'))).toHaveLength(1);
      fleet.setTargets([target({ ping: false, auth: null })]);
      expect(await served('snmp_')).toEqual({});
      publish('standard', 'snmp_cpu');
      expect(await served('snmp_')).toEqual({});
      fleet.setTargets([]);
      expect(store.counts().every(({ visible, hidden }) => visible + hidden === 0)).toBe(true);
    });

    test('when modules are asked no more their values and their age go', async () => {
      publish('standard', 'snmp_cpu');
      fleet.setIntervals({ ...FAST, modules: false });
      fleet.tick();
      expect(await served('snmp_')).toEqual({});
      expect(await age('device')).toBeUndefined();
      fleet.setIntervals(FAST);
      fleet.tick();
      expect(await age('device')).toBe('0');
    });

    test('what there is no room for is counted at every poll and told', async () => {
      const mine = store.countOf('d1');
      fleet.setIntervals(FAST, 2, mine + 1);
      expect(publish('standard', 'snmp_a', 'snmp_b', 'snmp_c')).toBe(2);
      expect(publish('standard', 'snmp_a', 'snmp_b', 'snmp_c')).toBe(2);
      expect(Object.keys(await served('snmp_'))).toEqual(['snmp_a{vendor=acme}']);
      expect(fleet.dropped().get('max_series')).toBe(4);
      expect([fleet.overBudget, [...fleet.status()][0]!.over_budget]).toEqual([1, { interfaces: 0, series: 2 }]);
      fleet.setTargets([{ ...target({ ping: false }), leftOut: { interfaces: 3, series: 40 } }]);
      poll();
      pollFast();
      expect(fleet.dropped().get('max_interfaces')).toBe(40);
      expect([...fleet.status()][0]!.over_budget).toEqual({ interfaces: 3, series: 42 });
      fleet.setTargets([]);
      expect(fleet.overBudget).toBe(0);
    });
  });
});

describe('a large list', () => {
  const DEVICES = 600;
  const fleetOf = (count: number, name = 'branch') =>
    Array.from({ length: count }, (_, n) => target({ id: `d${n}`, name: `${name}-${n}` }, [UPLINK, LAN]));
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const infos = async () => Object.keys(await served('device_info')).length;
  const seriesOfEach = () => Array.from({ length: DEVICES }, (_, n) => store.countOf(`d${n}`));

  /** Each look at the clock finds that a part is over. */
  beforeEach(() => {
    let ms = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => (ms += 10));
  });
  afterEach(() => jest.restoreAllMocks());

  it('lets others have their turn, and has a device wholly or not at all', async () => {
    fleet.setTargets([target()]);
    const whole = store.countOf('d1');
    fleet.setTargets([]);
    const taken = fleet.takeTargets(fleetOf(DEVICES));
    const sizes = new Set<number>();
    while (fleet.coming! > 0) {
      sizes.add(fleet.size);
      expect([...new Set(seriesOfEach())].sort((a, b) => a - b)).toEqual(fleet.size === 0 ? [0] : [0, whole]);
      expect(fleet.coming! + fleet.size).toBe(DEVICES);
      pass(1000);
      for (let turns = 0; turns < 97 && fleet.coming! > 0; turns++) {
        await turn();
      }
    }
    expect(await taken).toEqual([]);
    expect(sizes.size).toBeGreaterThan(3);
    expect([fleet.size, fleet.pending, await infos()]).toEqual([DEVICES, DEVICES, 1]);
    expect(new Set(seriesOfEach())).toEqual(new Set([whole]));
  });

  it('is left for a newer one, which finds what was done', async () => {
    const first = fleet.takeTargets(fleetOf(DEVICES));
    await turn();
    await turn();
    const done = fleet.size;
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThan(DEVICES);
    const second = fleet.takeTargets([...fleetOf(5, 'office'), target({ id: 'd1', name: 'twin' })]);
    expect(await first).toBeNull();
    expect(await second).toEqual(['device twin is left out: device office-1 has the id d1 already']);
    expect([...fleet.status()].map(({ name }) => name)).toEqual([0, 1, 2, 3, 4].map((n) => `office-${n}`));
    expect(seriesOfEach().filter((count) => count > 0)).toHaveLength(5);
    expect(fleet.coming).toBe(0);
  });

  it('keeps the values of devices that stay, and rounds count from the moment that a device is there', async () => {
    fleet.setTargets([target()]);
    round([1.5]);
    const taken = fleet.takeTargets([...fleetOf(3).filter(({ device }) => device.id !== 'd1'), target()]);
    fleet.publishRound('d2', { decidedAt: now, sent: 5, rttsMs: [2] });
    await taken;
    expect([...fleet.status()].map(({ device_id, ping }) => [device_id, ping!.answering])).toEqual([
      ['d0', null],
      ['d2', null],
      ['d1', true],
    ]);
    fleet.publishRound('d2', { decidedAt: now, sent: 5, rttsMs: [2] });
    expect([...fleet.status()][1]!.ping!.answering).toBe(true);
  });

  it('that nobody wants any more is given up', async () => {
    const taken = fleet.takeTargets(fleetOf(DEVICES));
    fleet.stop();
    expect(await taken).toBeNull();
    expect(fleet.coming).toBe(0);
    expect(fleet.size).toBeLessThan(3);
  });

  it('with a device that cannot be added is told as failed, and what is there is whole', async () => {
    const add = jest.spyOn(store, 'add');
    fleet.setTargets(fleetOf(2));
    add.mockImplementation(() => {
      throw new Error('no more series');
    });
    await expect(fleet.takeTargets(fleetOf(2, 'renamed'))).rejects.toThrow('no more series');
    add.mockRestore();
    expect([fleet.size, fleet.coming]).toEqual([1, 2]);
    expect(() => fleet.tick()).not.toThrow();
    fleet.setTargets(fleetOf(2, 'renamed'));
    expect([...fleet.status()].map(({ name }) => name)).toEqual(['renamed-0', 'renamed-1']);
  });
});
