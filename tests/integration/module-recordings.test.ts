import { ModuleCatalogue } from '../../exporter/src/modules/catalogue';
import { collectModule } from '../../exporter/src/modules/collect';
import { metricFamilies } from '../../exporter/src/modules/families';
import { normalise } from '../../exporter/src/modules/normalise';
import { renderModule } from '../../exporter/src/modules/render';
import type { Sample } from '../../exporter/src/model/sample';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { walkIfTable } from '../../exporter/src/snmp/if-table';
import { readSystem } from '../../exporter/src/snmp/system';
import { snmpwalk } from './net-snmp-walk';
import { recordingsMissing, startRecordings, type Agent } from './snmp-agents';

const missing = recordingsMissing();
if (missing) {
  console.warn(`Recordings of real devices ${missing}`);
}

/** Columns of a device as net-snmp's snmpwalk prints them. */
type Walk = (root: string) => Promise<Map<string, string>>;
type Known = Record<string, number>;

interface Truth {
  vendor: string;
  /** Each is worked out from snmpwalk alone; undefined where the device does not tell it. */
  cpu?: (walk: Walk) => Promise<number>;
  /** Bytes: used and total. */
  memory?: (walk: Walk) => Promise<[number, number]>;
  /** Sensor -> degrees Celsius. */
  temperature?: (walk: Walk) => Promise<Known>;
  uptime: (walk: Walk) => Promise<number>;
  /** Unix seconds that the clock of the device shows. */
  clock?: string;
  /** Families that the modules of this device must give. */
  gives: string[];
}

const HR = '1.3.6.1.2.1.25';
const CISCO = '1.3.6.1.4.1.9.9';
const JNX = '1.3.6.1.4.1.2636.3.1.13.1';
const HUAWEI = '1.3.6.1.4.1.2011.5.25.31.1.1.1.1';
const ENT_DESCR = '1.3.6.1.2.1.47.1.1.1.1.2';
const ENT_NAME = '1.3.6.1.2.1.47.1.1.1.1.7';
const SENSOR = '1.3.6.1.2.1.99.1.1.1';

const numbers = (rows: Map<string, string>) => [...rows.values()].map(Number);
const sumOf = (values: number[]) => values.reduce((a, b) => a + b, 0);
const at = (rows: Map<string, string>, row: string) => {
  const value = rows.get(row);
  if (value === undefined) {
    throw new Error(`snmpwalk found no row ${row} among ${[...rows.keys()].slice(0, 5).join(', ')}`);
  }
  return value;
};

const processorMean = async (walk: Walk) => {
  const loads = numbers(await walk(`${HR}.3.3.1.2`));
  return sumOf(loads) / loads.length;
};

/** Row of hrStorageTable in bytes: [used, size]. */
const storage = async (walk: Walk, row: string): Promise<[number, number]> => {
  const [unit, size, used] = await Promise.all(['4', '5', '6'].map((column) => walk(`${HR}.2.3.1.${column}`)));
  return [Number(at(used!, row)) * Number(at(unit!, row)), Number(at(size!, row)) * Number(at(unit!, row))];
};

/** The largest of sysUpTime, snmpEngineTime and hrSystemUptime. */
const longest = async (walk: Walk) => {
  const ticks = [...numbers(await walk('1.3.6.1.2.1.1.3')), ...numbers(await walk(`${HR}.1.1`))];
  return Math.max(...ticks.map((t) => t / 100), ...numbers(await walk('1.3.6.1.6.3.10.2.1.3')));
};

/** Sensors of ENTITY-SENSOR-MIB that are told in tenths or whole degrees, by what `names` calls them. */
const celsius =
  (names: string, isWanted: (name: string) => boolean) =>
  async (walk: Walk): Promise<Known> => {
    const [type, precision, value, status, name] = await Promise.all(
      [`${SENSOR}.1`, `${SENSOR}.3`, `${SENSOR}.4`, `${SENSOR}.5`, names].map(walk)
    );
    const rows = [...type!.keys()].filter(
      (row) => type!.get(row) === '8' && status!.get(row) === '1' && isWanted(name!.get(row) ?? '')
    );
    const alike = (row: string) => rows.filter((other) => name!.get(other) === name!.get(row)).length > 1;
    return Object.fromEntries(
      rows.map((row) => [
        `${at(name!, row)}${alike(row) ? ` #${row}` : ''}`,
        Number(at(value!, row)) / 10 ** Number(at(precision!, row)),
      ])
    );
  };

const TRUTH: Record<string, Truth> = {
  'arista-dcs-7150s-52-cl': {
    vendor: 'arista',
    cpu: processorMean,
    memory: async (walk) => {
      const [ram, size] = await storage(walk, '1');
      const [buffers] = await storage(walk, '2');
      const [cache] = await storage(walk, '3');
      return [ram - buffers - cache, size];
    },
    temperature: celsius(ENT_DESCR, (name) => !name.startsWith('DOM ')),
    uptime: longest,
    gives: ['snmp_ospf_neighbor_state', 'snmp_entity_sensor_value', 'snmp_hr_storage_used_units'],
  },
  'cisco-7206vxr': {
    vendor: 'cisco',
    cpu: async (walk) => Number(at(await walk(`${CISCO}.109.1.1.1.1.7`), '1')),
    memory: async (walk) => {
      const used = Number(at(await walk(`${CISCO}.48.1.1.1.5`), '1'));
      return [used, used + Number(at(await walk(`${CISCO}.48.1.1.1.6`), '1'))];
    },
    temperature: async (walk) => {
      const [names, values] = [await walk(`${CISCO}.13.1.3.1.2`), await walk(`${CISCO}.13.1.3.1.3`)];
      return Object.fromEntries([...names].map(([row, name]) => [name, Number(at(values, row))]));
    },
    uptime: longest,
    gives: ['snmp_cpu_5sec', 'snmp_mem_free', 'snmp_cisco_env_supply_state', 'snmp_cisco_memory_pool_used_bytes'],
  },
  // Its only thermometers are in transceivers.
  'cisco-c3750': {
    vendor: 'cisco',
    cpu: async (walk) => Number(at(await walk(`${CISCO}.109.1.1.1.1.7`), '1')),
    memory: async (walk) => {
      const used = Number(at(await walk(`${CISCO}.48.1.1.1.5`), '1'));
      return [used, used + Number(at(await walk(`${CISCO}.48.1.1.1.6`), '1'))];
    },
    uptime: longest,
    gives: ['snmp_cpu_5sec', 'snmp_mem_free', 'snmp_cisco_entity_sensor_value', 'snmp_cisco_env_fan_state'],
  },
  // Of its sensors ENTITY-MIB names one; the others are in transceivers.
  'cisco-n5000': {
    vendor: 'cisco',
    cpu: async (walk) => Number(at(await walk(`${CISCO}.109.1.1.1.1.7`), '1')),
    memory: async (walk) => {
      const used = 1024 * Number(at(await walk(`${CISCO}.109.1.1.1.1.12`), '1'));
      return [used, used + 1024 * Number(at(await walk(`${CISCO}.109.1.1.1.1.13`), '1'))];
    },
    temperature: async (walk) => {
      const names = await walk(ENT_NAME);
      const values = await walk(`${CISCO}.91.1.1.1.1.4`);
      const types = await walk(`${CISCO}.91.1.1.1.1.1`);
      const named = [...types].filter(([row, type]) => type === '8' && (names.get(row) ?? '') !== '');
      return Object.fromEntries(named.map(([row]) => [at(names, row), Number(at(values, row))]));
    },
    uptime: longest,
    gives: ['snmp_cpu_5sec', 'snmp_cisco_cpu_memory_used_bytes', 'snmp_cisco_entity_sensor_status'],
  },
  'hpe-procurve-516733-b21': {
    vendor: 'hpe',
    cpu: async (walk) => Number(at(await walk('1.3.6.1.4.1.11.2.14.11.5.1.9.6.1'), '0')),
    memory: async (walk) => {
      const memory = '1.3.6.1.4.1.11.2.14.11.5.1.1.2.1.1.1';
      return [Number(at(await walk(`${memory}.7`), '1')), Number(at(await walk(`${memory}.5`), '1'))];
    },
    uptime: longest,
    gives: ['snmp_hpe_sensor_status', 'snmp_hpe_memory_free_bytes'],
  },
  'huawei-s5720': {
    vendor: 'huawei',
    cpu: async (walk) => Number(at(await walk(`${HUAWEI}.5`), '67108873')),
    memory: async (walk) => {
      const size = Number(at(await walk(`${HUAWEI}.9`), '67108873'));
      return [Math.round((size * Number(at(await walk(`${HUAWEI}.7`), '67108873'))) / 100), size];
    },
    temperature: async (walk) => ({ 'MPU Board 0': Number(at(await walk(`${HUAWEI}.11`), '67108873')) }),
    uptime: longest,
    gives: ['snmp_huawei_fan_state'],
  },
  // Routing engine 1 is in standby (7).
  'juniper-mx960-13-3r9-13': {
    vendor: 'juniper',
    cpu: async (walk) => Number(at(await walk(`${JNX}.8`), '9.1.0.0')),
    memory: async (walk) => {
      const size = Number(at(await walk(`${JNX}.15`), '9.1.0.0')) * 2 ** 20;
      return [Math.round((size * Number(at(await walk(`${JNX}.11`), '9.1.0.0'))) / 100), size];
    },
    temperature: async (walk) => {
      const names = await walk(`${JNX}.5`);
      const warm = [...(await walk(`${JNX}.7`))].filter(([, value]) => value !== '0');
      return Object.fromEntries(warm.map(([row, value]) => [at(names, row), Number(value)]));
    },
    uptime: longest,
    gives: ['snmp_ospf_neighbor_state', 'snmp_juniper_optical_rx_power_dbm', 'snmp_juniper_box_info'],
  },
  'mikrotik-chr1': {
    vendor: 'mikrotik',
    cpu: processorMean,
    memory: (walk) => storage(walk, '65536'),
    uptime: longest,
    clock: '2020-03-27T15:03:16Z',
    gives: ['snmp_mikrotik_system_info', 'snmp_mikrotik_ppp_sessions', 'snmp_mikrotik_interface_rx_fcs_errors_total'],
  },
  'mikrotik-chr2': {
    vendor: 'mikrotik',
    cpu: processorMean,
    memory: (walk) => storage(walk, '65536'),
    uptime: longest,
    clock: '2020-08-31T11:19:22Z',
    gives: ['snmp_mikrotik_dhcp_leases'],
  },
  'paloalto-pa-5000': {
    vendor: 'paloalto',
    cpu: processorMean,
    memory: (walk) => storage(walk, '20'),
    temperature: celsius(ENT_NAME, () => true),
    uptime: longest,
    gives: ['snmp_paloalto_sessions', 'snmp_paloalto_system_info'],
  },
  'samsung-ipolis': {
    vendor: 'samsung',
    cpu: processorMean,
    memory: async (walk) => {
      const mem = async (column: number) => 1024 * Number(at(await walk(`1.3.6.1.4.1.2021.4.${column}`), '0'));
      const total = await mem(5);
      return [total - (await mem(6)) - (await mem(14)) - (await mem(15)), total];
    },
    uptime: longest,
    clock: '2019-03-21T11:53:52Z',
    gives: ['snmp_ucd_load', 'snmp_hr_system_processes'],
  },
  // Tells a load average and no CPU.
  'ubiquiti-m5': {
    vendor: 'ubiquiti',
    memory: async (walk) => {
      const memory = numbers(await walk('1.3.6.1.4.1.10002.1.1.1.1')) as [number, number, number, number];
      return [1024 * (memory[0] - memory[1] - memory[2] - memory[3]), 1024 * memory[0]];
    },
    uptime: longest,
    gives: ['snmp_ubiquiti_signal_dbm', 'snmp_ubiquiti_load'],
  },
};

(missing ? describe.skip : describe)('modules on recordings of real devices', () => {
  const catalogue = ModuleCatalogue.shipped();
  let agent: Agent;
  let engine: SharedSocketEngine;

  beforeAll(async () => {
    agent = await startRecordings();
    engine = new SharedSocketEngine();
  }, 60_000);
  afterAll(async () => {
    await engine?.close();
    await agent?.stop();
  });

  async function told(name: string) {
    const session = engine.open({
      address: '127.0.0.1',
      port: agent.port,
      auth: { version: 2, community: name },
      timeoutMs: 5000,
      retries: 3,
    });
    const profile = catalogue.profileFor(await readSystem(session));
    const samples = new Map<string, Sample[]>();
    const readAt = new Map<string, number>();
    for (const { module } of profile.modules) {
      const rendered = renderModule(module, await collectModule(session, module));
      readAt.set(module.name, Date.now() / 1000);
      expect(rendered.problems).toEqual([]);
      const families = new Set(module.metrics.flatMap(metricFamilies).map((family) => family.name));
      expect(rendered.samples.filter((sample) => !families.has(sample.name))).toEqual([]);
      samples.set(module.name, rendered.samples);
    }
    const interfaces = (await walkIfTable(session)).length;
    session.close();
    const normalised = normalise(profile, samples, NaN, (module) => readAt.get(module) ?? NaN);
    return { profile, samples: [...samples.values()].flat(), normalised, interfaces, clockAt: readAt.get('clock')! };
  }

  it.each(Object.entries(TRUTH))('%s', async (name, truth) => {
    const walk: Walk = (root) => snmpwalk(agent.port, name, root);
    const { profile, samples, normalised, interfaces, clockAt } = await told(name);
    expect(profile.vendor).toBe(truth.vendor);
    expect(interfaces).toBe((await walk('1.3.6.1.2.1.2.2.1.1')).size);

    const values = (family: string) => normalised.filter((sample) => sample.name === family).map((s) => s.value);
    expect(values('device_cpu_percent')).toEqual(truth.cpu ? [await truth.cpu(walk)] : []);
    const [used, total] = (await truth.memory?.(walk)) ?? [];
    expect(values('device_memory_used_bytes')).toEqual(used === undefined ? [] : [used]);
    expect(values('device_memory_total_bytes')).toEqual(total === undefined ? [] : [total]);
    const sensors = normalised.filter((sample) => sample.name === 'device_temperature_celsius');
    expect(Object.fromEntries(sensors.map((s) => [s.labels.sensor, s.value]))).toEqual(
      (await truth.temperature?.(walk)) ?? {}
    );
    expect(values('device_uptime_seconds')).toEqual([await truth.uptime(walk)]);
    const [skew] = values('device_clock_skew_seconds');
    if (truth.clock === undefined) {
      expect(skew).toBeUndefined();
    } else {
      expect(Math.abs(skew! + clockAt - Date.parse(truth.clock) / 1000)).toBeLessThanOrEqual(1);
    }

    const families = new Set(samples.map((sample) => sample.name));
    expect(truth.gives.filter((family) => !families.has(family))).toEqual([]);
    const series = samples.map((sample) => sample.name + JSON.stringify(Object.entries(sample.labels).sort()));
    expect(series.filter((one, i) => series.indexOf(one) !== i)).toEqual([]);
  });
});
