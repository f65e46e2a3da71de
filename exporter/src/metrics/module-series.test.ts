import type { Sample } from '../model/sample';
import type { ModuleSnapshot } from '../model/snapshot';
import { ModuleSeries, type DropReason } from './module-series';
import { SeriesStore } from './store';

const IDENTITY = { device_id: 'd1', device_ip: '10.0.0.5', device_name: 'core-1' };
const AT = 1_763_700_000_000;

let store: SeriesStore;
let series: ModuleSeries;
let dropped: Partial<Record<DropReason, number>>;
beforeEach(() => {
  store = new SeriesStore();
  series = new ModuleSeries(store, IDENTITY);
  dropped = {};
});

const sample = (name: string, value: number, labels: Record<string, string> = {}, type: Sample['type'] = 'gauge') => ({
  name,
  type,
  help: `Help of ${name}.`,
  labels,
  value,
});
const snapshot = (samples: Sample[], more: Partial<ModuleSnapshot> = {}): ModuleSnapshot => ({
  tier: 'standard',
  polledAt: AT,
  vendor: 'acme',
  normalised: [],
  readings: [{ module: 'm', polledAt: AT - 1500, samples }],
  ...more,
});
const publish = (of: ModuleSnapshot, room = 100) =>
  series.publish(of, room, (reason, count) => (dropped[reason] = (dropped[reason] ?? 0) + count));

/** Lines of the families of modules, without identity. */
function lines(): string[] {
  const found: string[] = [];
  for (const { name } of store.allFamilies().filter((family) => family.part === 'device')) {
    for (const page of store.pagesOf(name, { index: 0, of: 1 })) {
      page.copyTo({
        copy: (bytes, from, to) => found.push(...Buffer.from(bytes).toString('utf8', from, to).split('\n')),
      });
    }
  }
  const identity = 'device_id="d1",device_ip="10.0.0.5",device_name="core-1"';
  return found.filter((line) => line !== '').map((line) => line.replace(identity, '').replaceAll(/ +/g, ' '));
}

describe('series of modules', () => {
  test('have identity, vendor and the labels of the row; counters have the time of their own answers', () => {
    publish(
      snapshot(
        [sample('snmp_fan_rpm', 900, { fan: '1' }), sample('snmp_reads_total', 7, { disk: 'a "b"' }, 'counter')],
        {
          normalised: [sample('device_temperature_celsius', 40, { sensor: 'cpu' }), sample('device_cpu_percent', 3)],
        }
      )
    );
    expect(lines()).toEqual([
      'device_cpu_percent{} 3',
      'device_temperature_celsius{,sensor="cpu"} 40',
      'snmp_fan_rpm{,vendor="acme",fan="1"} 900',
      `snmp_reads_total{,vendor="acme",disk="a \\"b\\""} 7 ${AT - 1500}`,
    ]);
    expect([series.size, dropped]).toEqual([4, {}]);
  });

  test('come and go with the rows; values that stay keep their series', () => {
    publish(snapshot([sample('snmp_a', 1, { row: 'x' }), sample('snmp_a', 2, { row: 'y' })]));
    const before = store.countOf('d1');
    publish(snapshot([sample('snmp_a', 3, { row: 'y' }), sample('snmp_b', 4)]));
    expect(lines()).toEqual(['snmp_a{,vendor="acme",row="y"} 3', 'snmp_b{,vendor="acme"} 4']);
    expect(store.countOf('d1')).toBe(before);
  });

  test.each([
    ['cpu', 'snmp_cpu'],
    ['snmp_cpu', 'snmp_cpu'],
    ['snmpEngineTime', 'snmp_snmpEngineTime'],
    // A module cannot pass for what we say ourselves.
    ['device_snmp_up', 'snmp_device_snmp_up'],
    ['device_cpu_percent', 'snmp_device_cpu_percent'],
  ])('%s is served as %s', (name, served) => {
    publish(snapshot([sample(name, 1)]));
    expect(lines()).toEqual([`${served}{,vendor="acme"} 1`]);
  });

  test.each([
    [{ device_id: 'x' }, 'exported_device_id="x"'],
    [{ vendor: 'x' }, 'exported_vendor="x"'],
    [{ vendor: 'x', exported_vendor: 'y' }, 'exported_exported_vendor="x",exported_vendor="y"'],
    [{ device_name: 'x', row: 'z' }, 'exported_device_name="x",row="z"'],
  ])('a row label of ours is renamed: %j', (labels, expected) => {
    publish(snapshot([sample('snmp_a', 1, labels)]));
    expect(lines()).toEqual([`snmp_a{,vendor="acme",${expected}} 1`]);
  });

  test('of two values with the same labels the first is kept and the other counted', () => {
    publish(snapshot([sample('snmp_a', 1, { row: 'x' }), sample('snmp_a', 2, { row: 'x' })]));
    publish(snapshot([sample('snmp_a', 3, { row: 'x' })], { tier: 'slow' }));
    expect(lines()).toEqual(['snmp_a{,vendor="acme",row="x"} 1']);
    expect(dropped).toEqual({ duplicate: 2 });
  });

  test('two modules that do not agree on a type: the first wins until nothing of it is left', () => {
    publish(snapshot([sample('snmp_a', 1), sample('snmp_a', 2, { row: 'x' }, 'counter')]));
    expect([lines(), dropped]).toEqual([['snmp_a{,vendor="acme"} 1'], { type: 1 }]);
    publish(snapshot([]));
    publish(snapshot([sample('snmp_a', 2, { row: 'x' }, 'counter')]));
    expect(lines()).toEqual([`snmp_a{,vendor="acme",row="x"} 2 ${AT - 1500}`]);
  });

  test('beyond the room the last are left out, the same ones every time, and what all devices have stays', () => {
    const rows = Array.from({ length: 10 }, (_, i) => sample('snmp_a', i, { row: `${i}` }));
    for (let i = 0; i < 3; i += 1) {
      publish(snapshot(rows, { normalised: [sample('device_cpu_percent', 3)] }), 4);
      expect(lines()).toEqual([
        'device_cpu_percent{} 3',
        ...[0, 1, 2].map((row) => `snmp_a{,vendor="acme",row="${row}"} ${row}`),
      ]);
    }
    expect([series.overBudget, dropped]).toEqual([7, { max_series: 21 }]);
    publish(snapshot([sample('snmp_slow', 1)], { tier: 'slow' }), 4);
    expect(series.overBudget).toBe(8);
    publish(snapshot(rows.slice(0, 2)), 4);
    expect(series.overBudget).toBe(1);
    publish(snapshot([sample('snmp_slow', 1)], { tier: 'slow' }), 4);
    expect([series.size, series.overBudget]).toEqual([3, 0]);
  });

  test('a tier is withdrawn without the other', () => {
    publish(snapshot([sample('snmp_a', 1)]));
    publish(snapshot([sample('snmp_b', 2)], { tier: 'slow' }));
    series.withdraw('standard');
    expect(lines()).toEqual(['snmp_b{,vendor="acme"} 2']);
    series.withdraw('slow');
    expect([lines(), series.size, store.countOf('d1')]).toEqual([[], 0, 0]);
  });

  test('what is no number is not served and counted with its family', () => {
    publish(snapshot([sample('snmp_a', NaN)]));
    expect(lines()).toEqual([]);
    expect(store.dropped()).toContainEqual({ family: 'snmp_a', count: 1 });
  });
});
