import { FieldType, toDataFrame } from '@grafana/data';
import { fleetOf } from './fleet';
import { FleetMemory } from './fleet-memory';
import { samplesOf, seriesOf } from './samples';
import { deviceStates, quoted } from './state-queries';

const labels = {
  device_id: 'r1',
  device_ip: '10.0.0.5',
  device_name: 'hq',
  branch: 'HQ',
  region: 'East',
  device_type: 'router',
};
const at = (value: number, more: Record<string, string>) => ({ labels: { ...labels, ...more }, value });
const port = { interface_type: 'isp', if_name: 'ether1', isp_provider: '' };

it('reads state, since and approximation from the labels', () => {
  const fleet = fleetOf(
    [at(1000, { state: 'up', since: 'approximate' })],
    [at(900, { ...port, state: 'down', since: 'exact' })]
  );
  expect(fleet.devices[0]).toMatchObject({
    id: 'r1',
    site: 'HQ',
    state: 'up',
    since: 1000,
    approximate: true,
    lastSeen: null,
  });
  expect(fleet.uplinks[0]).toMatchObject({
    deviceId: 'r1',
    ifName: 'ether1',
    provider: 'unknown',
    state: 'down',
    approximate: false,
  });
});

it('shows what has stopped as unknown with the time of its last data, never in its old state', () => {
  const { devices } = fleetOf([at(800, { state: 'up', gone: '1' }), at(750, { state: 'down', gone: '1' })], []);
  expect(devices).toHaveLength(1);
  expect(devices[0]).toMatchObject({ state: 'unknown', since: null, lastSeen: 800, lastState: 'up' });
});

it.each([
  ['a live state beats one that is gone', [at(5000, { state: 'up', gone: '1' }), at(100, { state: 'down' })], 'down'],
  ['of two live ones the younger wins', [at(100, { state: 'up' }), at(200, { state: 'down' })], 'down'],
  ['in either order', [at(200, { state: 'down' }), at(100, { state: 'up' })], 'down'],
])('%s', (_name, samples, state) => expect(fleetOf(samples, []).devices.map((d) => d.state)).toEqual([state]));

it('leaves out series without identity and interfaces that are no uplinks', () => {
  const fleet = fleetOf(
    [{ labels: {}, value: 1 }],
    [at(1, { ...port, interface_type: 'trunk' }), at(1, { interface_type: 'isp' })]
  );
  expect(fleet).toEqual({ devices: [], uplinks: [] });
});

it('takes the newest value of a frame, and NaN or null for none', () => {
  const frame = (values: unknown[]) =>
    toDataFrame({
      fields: [
        { name: 'Time', type: FieldType.time, values: [1, 2] },
        { name: 'v', type: FieldType.number, values, labels },
      ],
    });
  expect(samplesOf([frame([1, 2])])).toEqual([{ labels, value: 2 }]);
  expect(samplesOf([frame([1, null]), frame([1, NaN])])).toEqual([]);
  expect(seriesOf([frame([1, NaN])])).toEqual([{ labels, times: [1, 2], values: [1, null] }]);
});

it('quotes label values so that an id cannot change the query', () => {
  expect(quoted('a"} or {"\\\n')).toBe('"a\\"} or {\\"\\\\\\n"');
  expect(deviceStates({ staleAfterSeconds: 60, lookbackHours: 6 }, 'r"1')).toContain('{device_id="r\\"1",asked!=');
});

describe('memory of a page', () => {
  const seen = (id: string) => fleetOf([{ labels: { ...labels, device_id: id, state: 'up' }, value: 1 }], []);
  it('shows what is no longer answered for as unknown since it was last seen', () => {
    const memory = new FleetMemory();
    memory.add({ devices: [...seen('a').devices, ...seen('b').devices], uplinks: [] }, 100);
    const { devices } = memory.add(seen('a'), 130);
    expect(devices.map(({ id, state, lastSeen }) => [id, state, lastSeen])).toEqual([
      ['a', 'up', null],
      ['b', 'unknown', 100],
    ]);
  });
  it('forgets after a day what was removed, but not when all is silent', () => {
    const memory = new FleetMemory();
    memory.add({ devices: [...seen('a').devices, ...seen('b').devices], uplinks: [] }, 0);
    expect(memory.add({ devices: [], uplinks: [] }, 3 * 86400).devices).toHaveLength(2);
    expect(memory.add(seen('a'), 3 * 86400).devices.map(({ id }) => id)).toEqual(['a']);
  });
});
