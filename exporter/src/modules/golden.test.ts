import { askTable, type Fact } from './table-session.fixture';

const E = '1.3.6.1.4.1';
const MT = `${E}.14988.1.1`;
const FG = `${E}.12356.101.4`;
const HR = '1.3.6.1.2.1.25';
const RAM = `${HR}.2.1.2`;
const OID = 6;

const uptime = (hundredths: number): Fact => ['1.3.6.1.2.1.1.3.0', hundredths, 0x43];

/** One row of hrStorageTable. */
const storage = (index: number, type: string, name: string, unit: number, size: number, used: number): Fact[] => [
  [`${HR}.2.3.1.2.${index}`, type, OID],
  [`${HR}.2.3.1.3.${index}`, name],
  [`${HR}.2.3.1.4.${index}`, unit],
  [`${HR}.2.3.1.5.${index}`, size],
  [`${HR}.2.3.1.6.${index}`, used],
];

const gauge = (index: number, name: string, value: number, unit: number): Fact[] => [
  [`${MT}.3.100.1.2.${index}`, name],
  [`${MT}.3.100.1.3.${index}`, value],
  [`${MT}.3.100.1.4.${index}`, unit],
];

const fortiSensor = (index: number, name: string, value: string): Fact[] => [
  [`${FG}.3.2.1.2.${index}`, name],
  [`${FG}.3.2.1.3.${index}`, value],
  [`${FG}.3.2.1.4.${index}`, 0],
];

interface Golden {
  what: string;
  sysObjectID: string;
  sysDescr?: string;
  facts: Fact[];
  profile: string;
  vendor: string;
  /** Everything that is normalised; what is not here must be absent. */
  normalised: Record<string, number>;
  /** Some of the raw families, by name or by name{label="…"} as an exposition would show them. */
  raw?: Record<string, number>;
  absent?: string[];
}

const GOLDEN: Golden[] = [
  {
    what: 'RouterOS 6 with the old health group: tenths, and zero where the board has no sensor',
    sysObjectID: `${E}.14988.1`,
    facts: [
      uptime(360_000),
      [`${HR}.3.3.1.2.1`, 10],
      [`${HR}.3.3.1.2.2`, 31],
      ...storage(65536, RAM, 'main memory', 1024, 1_048_576, 262_144),
      ...storage(131072, `${HR}.2.1.4`, 'system disk', 1024, 131_072, 65_536),
      [`${MT}.3.1.0`, 0],
      [`${MT}.3.6.0`, 0],
      [`${MT}.3.8.0`, 242],
      [`${MT}.3.10.0`, 385],
      [`${MT}.3.11.0`, 512],
      [`${MT}.3.12.0`, 187],
      [`${MT}.3.13.0`, 771],
      [`${MT}.3.14.0`, 1200],
      [`${MT}.3.15.0`, 1],
      [`${MT}.3.16.0`, 0],
      [`${MT}.3.17.0`, 0],
      [`${MT}.3.18.0`, 4530],
    ],
    profile: 'mikrotik',
    vendor: 'mikrotik',
    normalised: {
      device_cpu_percent: 20.5,
      device_memory_used_bytes: 262_144 * 1024,
      device_memory_total_bytes: 1_048_576 * 1024,
      'device_temperature_celsius{device}': 38.5,
      'device_temperature_celsius{processor}': 51.2,
      device_uptime_seconds: 3600,
    },
    raw: {
      snmp_mikrotik_voltage_volts: 24.2,
      snmp_mikrotik_power_watts: 18.7,
      snmp_mikrotik_current_amperes: 0.771,
      snmp_mikrotik_processor_frequency_hertz: 1.2e9,
      snmp_mikrotik_power_supply_ok: 1,
      snmp_mikrotik_backup_power_supply_ok: 0,
      snmp_mikrotik_fan1_rpm: 0,
      snmp_mikrotik_fan2_rpm: 4530,
    },
    absent: ['snmp_mikrotik_core_voltage_volts', 'snmp_mikrotik_cpu_temperature_celsius', 'snmp_mikrotik_gauge'],
  },
  {
    what: 'RouterOS 7 with the gauge table: whole degrees, tenths of volts',
    sysObjectID: `${E}.14988.1`,
    facts: [
      ...gauge(14, 'cpu-temperature', 47, 1),
      ...gauge(15, 'board-temperature1', 0, 1),
      ...gauge(17, 'psu1-voltage', 241, 3),
      ...gauge(7001, 'fan1-speed', 3900, 2),
      ...gauge(7501, 'psu1-state', 0, 6),
      [`${MT}.3.10.0`, 460],
    ],
    profile: 'mikrotik',
    vendor: 'mikrotik',
    normalised: { 'device_temperature_celsius{cpu-temperature}': 47 },
    raw: {
      'snmp_mikrotik_gauge{name="cpu-temperature",unit="celsius"}': 47,
      'snmp_mikrotik_gauge{name="psu1-voltage",unit="dV"}': 241,
      'snmp_mikrotik_gauge{name="fan1-speed",unit="rpm"}': 3900,
      'snmp_mikrotik_gauge{name="psu1-state",unit="status"}': 0,
    },
  },
  {
    what: 'RouterOS with optics, PoE, LTE and link counters: rows under the names of their interfaces',
    sysObjectID: `${E}.14988.1`,
    facts: [
      [`${MT}.19.1.1.2.1`, 'sfp1'],
      [`${MT}.19.1.1.2.2`, 'sfp2'],
      [`${MT}.19.1.1.3.1`, 0],
      [`${MT}.19.1.1.5.1`, 131_000],
      [`${MT}.19.1.1.6.1`, 41],
      [`${MT}.19.1.1.7.1`, 3291],
      [`${MT}.19.1.1.8.1`, 17],
      [`${MT}.19.1.1.9.1`, -5230],
      [`${MT}.19.1.1.10.1`, -11_904],
      [`${MT}.19.1.1.10.2`, 0],
      [`${MT}.15.1.1.2.3`, 'ether3'],
      [`${MT}.15.1.1.3.3`, 3],
      [`${MT}.15.1.1.4.3`, 238],
      [`${MT}.15.1.1.5.3`, 95],
      [`${MT}.15.1.1.6.3`, 22],
      ['1.3.6.1.2.1.31.1.1.1.1.9', 'lte1'],
      [`${MT}.16.1.1.4.9`, -97],
      [`${MT}.16.1.1.7.9`, 0],
      [`${MT}.14.1.1.2.1`, 'wan: STCable (eth1)'],
      [`${MT}.14.1.1.45.1`, 12, 0x46],
      [`${MT}.14.1.1.90.1`, 4, 0x41],
      [`${E}.9.9.150.1.1.1.0`, 812, 0x42],
      [`${MT}.6.1.0`, 57, 0x42],
      [`${MT}.22.1.1.0`, 40_311, 0x41],
    ],
    profile: 'mikrotik',
    vendor: 'mikrotik',
    normalised: {},
    raw: {
      'snmp_mikrotik_optical_wavelength_nanometers{if_name="sfp1"}': 1310,
      'snmp_mikrotik_optical_supply_volts{if_name="sfp1"}': 3.291,
      'snmp_mikrotik_optical_tx_bias_amperes{if_name="sfp1"}': 0.017,
      'snmp_mikrotik_optical_tx_power_dbm{if_name="sfp1"}': -5.23,
      'snmp_mikrotik_optical_rx_power_dbm{if_name="sfp1"}': -11.904,
      'snmp_mikrotik_poe_voltage_volts{if_name="ether3"}': 23.8,
      'snmp_mikrotik_poe_current_amperes{if_name="ether3"}': 0.095,
      'snmp_mikrotik_poe_power_watts{if_name="ether3"}': 2.2,
      'snmp_mikrotik_lte_rsrp_dbm{if_name="lte1"}': -97,
      'snmp_mikrotik_lte_sinr_db{if_name="lte1"}': 0,
      'snmp_mikrotik_interface_rx_fcs_errors_total{if_name="wan: STCable (eth1)"}': 12,
      'snmp_mikrotik_interface_link_downs_total{if_name="wan: STCable (eth1)"}': 4,
      snmp_mikrotik_ppp_sessions: 812,
      snmp_mikrotik_dhcp_leases: 57,
      snmp_mikrotik_conntrack_entries: 40_311,
    },
    absent: ['snmp_mikrotik_optical_rx_power_dbm{if_name="sfp2"}'],
  },
  {
    what: 'FortiGate: memory in percent of kilobytes, sensors as texts of which only names tell the unit',
    sysObjectID: `${E}.12356.101.1.641`,
    sysDescr: 'FortiGate-60F v7.2.8,build1639',
    facts: [
      uptime(100),
      [`${FG}.1.1.0`, 'v7.2.8,build1639,240313'],
      [`${E}.12356.100.1.1.1.0`, 'FGT60FTK00000000'],
      [`${FG}.1.3.0`, 7, 0x42],
      [`${FG}.1.4.0`, 42, 0x42],
      [`${FG}.1.5.0`, 1_906_392, 0x42],
      [`${FG}.1.8.0`, 1234, 0x42],
      ...fortiSensor(1, 'CPU ON-DIE Temperature', '54'),
      ...fortiSensor(2, 'DTS CPU0 therm', '48.5'),
      ...fortiSensor(3, 'MB TEMP (missing)', '0'),
      ...fortiSensor(4, '+3.3V', '3.312'),
      ...fortiSensor(5, 'Fan 1', '4400'),
      [`${FG}.9.2.1.2.1`, 'to-dns'],
      [`${FG}.9.2.1.4.1`, 0],
      [`${FG}.9.2.1.5.1`, '12.345'],
      [`${FG}.9.2.1.9.1`, '0.000'],
    ],
    profile: 'fortinet',
    vendor: 'fortinet',
    normalised: {
      device_cpu_percent: 7,
      device_memory_used_bytes: Math.round(1_906_392 * 1024 * 0.42),
      device_memory_total_bytes: 1_906_392 * 1024,
      'device_temperature_celsius{CPU ON-DIE Temperature}': 54,
      'device_temperature_celsius{DTS CPU0 therm}': 48.5,
      device_uptime_seconds: 1,
    },
    raw: {
      'snmp_fortinet_sdwan_latency_milliseconds{health_check="to-dns",link="1"}': 12.345,
      'snmp_fortinet_sdwan_loss_percent{health_check="to-dns",link="1"}': 0,
      'snmp_fortinet_system_info{serial="FGT60FTK00000000",version="v7.2.8,build1639,240313"}': 1,
      snmp_fortinet_sessions: 1234,
    },
  },
  {
    what: 'Windows: hrSystemUptime counts milliseconds and is left out',
    sysObjectID: `${E}.311.1.1.3.1.2`,
    sysDescr: 'Hardware: Intel64 - Software: Windows Version 6.3 (Build 17763 Multiprocessor Free)',
    facts: [
      uptime(8_640_000),
      [`${HR}.1.1.0`, 3_000_000_000, 0x43],
      [`${HR}.3.3.1.2.5`, 12],
      [`${HR}.3.3.1.2.6`, 20],
      ...storage(1, `${HR}.2.1.4`, 'C:\\ Label:  Serial Number 0000', 4096, 15_000_000, 9_000_000),
      ...storage(2, `${HR}.2.1.3`, 'Virtual Memory', 65_536, 200_000, 90_000),
      ...storage(3, RAM, 'Physical Memory', 65_536, 131_072, 65_536),
      [`${E}.77.1.2.3.1.3.7.83.112.111.111.108.101.114`, 1],
    ],
    profile: 'windows',
    vendor: 'microsoft',
    normalised: {
      device_cpu_percent: 16,
      device_memory_used_bytes: 65_536 * 65_536,
      device_memory_total_bytes: 131_072 * 65_536,
      device_uptime_seconds: 86_400,
    },
    raw: { 'snmp_windows_service_state{service="Spooler"}': 1 },
  },
  {
    what: 'Linux: memory without buffers and caches; the engine outlives the 497 days of sysUpTime',
    sysObjectID: `${E}.8072.3.2.10`,
    sysDescr: 'Linux branch-gw 5.10.0 #1 SMP x86_64',
    facts: [
      uptime(1_000),
      ['1.3.6.1.6.3.10.2.1.3.0', 60_000_000],
      [`${HR}.3.3.1.2.196608`, 3],
      [`${E}.2021.4.5.0`, 8_000_000],
      [`${E}.2021.4.6.0`, 1_000_000],
      [`${E}.2021.4.14.0`, 200_000],
      [`${E}.2021.4.15.0`, 3_000_000],
      [`${E}.2021.11.11.0`, 95],
      [`${E}.2021.13.16.2.1.2.1`, 'Package id 0'],
      [`${E}.2021.13.16.2.1.3.1`, 45_500, 0x42],
      [`${E}.2021.13.16.2.1.2.2`, 'SYSTIN'],
      [`${E}.2021.13.16.2.1.3.2`, 0, 0x42],
      ...storage(1, RAM, 'Physical memory', 1024, 8_000_000, 7_000_000),
    ],
    profile: 'linux',
    vendor: 'linux',
    normalised: {
      device_cpu_percent: 3,
      device_memory_used_bytes: 3_800_000 * 1024,
      device_memory_total_bytes: 8_000_000 * 1024,
      'device_temperature_celsius{Package id 0}': 45.5,
      device_uptime_seconds: 60_000_000,
    },
  },
  {
    what: 'Linux without UCD-SNMP-MIB: the rows of buffers and caches are taken off; idle is what is left of 100',
    sysObjectID: `${E}.8072.3.2.10`,
    sysDescr: 'Linux box 6.1',
    facts: [
      ...storage(1, RAM, 'Physical memory', 1024, 1000, 900),
      ...storage(6, `${HR}.2.1.1`, 'Memory buffers', 1024, 1000, 100),
      ...storage(7, `${HR}.2.1.1`, 'Cached memory', 1024, 500, 300),
      [`${E}.2021.11.11.0`, 60],
    ],
    profile: 'linux',
    vendor: 'linux',
    normalised: {
      device_cpu_percent: 40,
      device_memory_used_bytes: 500 * 1024,
      device_memory_total_bytes: 1000 * 1024,
    },
  },
  {
    what: 'a UPS of RFC 1628',
    sysObjectID: `${E}.534.1`,
    facts: [
      ['1.3.6.1.2.1.33.1.2.1.0', 2],
      ['1.3.6.1.2.1.33.1.2.2.0', 0],
      ['1.3.6.1.2.1.33.1.2.3.0', 42],
      ['1.3.6.1.2.1.33.1.2.4.0', 98],
      ['1.3.6.1.2.1.33.1.2.5.0', 546],
      ['1.3.6.1.2.1.33.1.2.7.0', 27],
      ['1.3.6.1.2.1.33.1.4.1.0', 3],
      ['1.3.6.1.2.1.33.1.3.3.1.3.1', 231],
      ['1.3.6.1.2.1.33.1.4.4.1.5.1', 33],
    ],
    profile: 'ups',
    vendor: 'eaton',
    normalised: { 'device_temperature_celsius{battery}': 27 },
    raw: {
      snmp_ups_battery_status: 2,
      snmp_ups_remaining_seconds: 2520,
      snmp_ups_charge_percent: 98,
      snmp_ups_battery_volts: 54.6,
      'snmp_ups_input_volts{line="1"}': 231,
      'snmp_ups_output_load_percent{line="1"}': 33,
    },
  },
  {
    what: 'a UPS of APC',
    sysObjectID: `${E}.318.1.3.27`,
    facts: [
      [`${E}.318.1.1.1.1.1.1.0`, 'Smart-UPS 1500'],
      [`${E}.318.1.1.1.2.2.1.0`, 100, 0x42],
      [`${E}.318.1.1.1.2.2.2.0`, 29, 0x42],
      [`${E}.318.1.1.1.2.2.3.0`, 190_200, 0x43],
      [`${E}.318.1.1.1.4.1.1.0`, 2],
      ['1.3.6.1.2.1.33.1.2.7.0', 31],
    ],
    profile: 'apc',
    vendor: 'apc',
    normalised: { 'device_temperature_celsius{battery}': 29 },
    raw: { snmp_apc_ups_remaining_seconds: 1902, snmp_apc_ups_charge_percent: 100, snmp_apc_ups_output_status: 2 },
  },
  {
    what: 'Aruba CX: memory in percent only makes no bytes',
    sysObjectID: `${E}.47196.4.1.1.1.50`,
    sysDescr: 'Aruba JL658A FL.10.10.1020',
    facts: [
      // Index: the length and the letters of "line_card" and of "1/1".
      [`${E}.47196.4.1.1.3.22.1.0.1.1.10.9.108.105.110.101.95.99.97.114.100.3.49.47.49`, 13, 0x42],
      [`${E}.47196.4.1.1.3.22.1.0.1.1.4.9.108.105.110.101.95.99.97.114.100.3.49.47.49`, 41, 0x42],
      [`${E}.47196.4.1.1.3.11.3.1.1.5.1.2.1.1`, '1/1-Switch-CPU-Zone-0'],
      [`${E}.47196.4.1.1.3.11.3.1.1.7.1.2.1.1`, 52_500],
    ],
    profile: 'aruba_cx',
    vendor: 'aruba',
    normalised: { device_cpu_percent: 13, 'device_temperature_celsius{1/1-Switch-CPU-Zone-0}': 52.5 },
    raw: { 'snmp_aruba_cx_memory_percent{module="1/1",module_type="line_card"}': 41 },
  },
  {
    what: 'a controller of ArubaOS',
    sysObjectID: `${E}.14823.1.1.32`,
    sysDescr: 'ArubaOS (MODEL: Aruba7210), Version 8.6.0.5',
    facts: [
      [`${E}.14823.2.2.1.2.1.13.1.2.1`, 'Control Processor'],
      [`${E}.14823.2.2.1.2.1.13.1.3.1`, 22],
      [`${E}.14823.2.2.1.1.1.11.1.2.1`, 7_000_000],
      [`${E}.14823.2.2.1.1.1.11.1.3.1`, 2_500_000],
      [`${E}.14823.2.2.1.1.3.1.0`, 117, 0x42],
    ],
    profile: 'aruba',
    vendor: 'aruba',
    normalised: {
      device_cpu_percent: 22,
      device_memory_used_bytes: 2_500_000 * 1024,
      device_memory_total_bytes: 7_000_000 * 1024,
    },
    raw: { snmp_aruba_controller_access_points: 117 },
  },
  {
    what: 'H3C: what a part without a sensor answers is no temperature and no load',
    sysObjectID: `${E}.25506.1.1185`,
    facts: [
      ['1.3.6.1.2.1.47.1.1.1.1.7.2', 'Board'],
      ['1.3.6.1.2.1.47.1.1.1.1.7.3', 'Port 1'],
      [`${E}.25506.2.6.1.1.1.1.6.2`, 9],
      [`${E}.25506.2.6.1.1.1.1.6.3`, 0],
      [`${E}.25506.2.6.1.1.1.1.8.2`, 50],
      [`${E}.25506.2.6.1.1.1.1.8.3`, 0],
      [`${E}.25506.2.6.1.1.1.1.10.2`, 1_000_000_000, 0x42],
      [`${E}.25506.2.6.1.1.1.1.12.2`, 38],
      [`${E}.25506.2.6.1.1.1.1.12.3`, 65_535],
    ],
    profile: 'h3c',
    vendor: 'h3c',
    normalised: {
      device_cpu_percent: 9,
      device_memory_used_bytes: 500_000_000,
      device_memory_total_bytes: 1_000_000_000,
      'device_temperature_celsius{Board}': 38,
    },
  },
  {
    what: 'memory that 32 bits cannot hold is not known, rather than 4 GB',
    sysObjectID: `${E}.25506.1.1185`,
    facts: [
      [`${E}.25506.2.6.1.1.1.1.8.2`, 50],
      [`${E}.25506.2.6.1.1.1.1.10.2`, 4_294_967_295, 0x42],
    ],
    profile: 'h3c',
    vendor: 'h3c',
    normalised: {},
  },
  {
    what: 'a pool of IOS-XE that 32 bits cannot hold, without the columns of 64 bits',
    sysObjectID: `${E}.9.1.2068`,
    facts: [
      [`${E}.9.9.48.1.1.1.2.1`, 'Processor'],
      [`${E}.9.9.48.1.1.1.5.1`, 1_000_000, 0x42],
      [`${E}.9.9.48.1.1.1.6.1`, 4_294_967_295, 0x42],
      [`${E}.9.9.109.1.1.1.1.12.1`, 2_000, 0x42],
      [`${E}.9.9.109.1.1.1.1.13.1`, 6_000_000, 0x42],
    ],
    profile: 'cisco',
    vendor: 'cisco',
    normalised: { device_memory_used_bytes: 2_000 * 1024, device_memory_total_bytes: 6_002_000 * 1024 },
  },
  {
    what: 'an ASA, whose pool has another name',
    sysObjectID: `${E}.9.1.745`,
    facts: [
      [`${E}.9.9.48.1.1.1.2.1`, 'System memory'],
      [`${E}.9.9.48.1.1.1.5.1`, 300_000_000, 0x42],
      [`${E}.9.9.48.1.1.1.6.1`, 700_000_000, 0x42],
      [`${E}.9.9.147.1.2.2.2.1.5.40.6`, 4711, 0x42],
    ],
    profile: 'cisco',
    vendor: 'cisco',
    normalised: { device_memory_used_bytes: 300_000_000, device_memory_total_bytes: 1_000_000_000 },
    raw: { snmp_cisco_firewall_connections: 4711 },
  },
  {
    what: 'ProCurve, which tells its temperature as a text, in Celsius or not',
    sysObjectID: `${E}.11.2.3.7.11.155`,
    facts: [
      [`${E}.11.2.14.11.5.1.9.6.1.0`, 4],
      [`${E}.11.2.14.11.1.2.8.1.1.2.0`, 'Sys-1'],
      [`${E}.11.2.14.11.1.2.8.1.1.3.0`, '21C'],
      [`${E}.11.2.14.11.1.2.8.1.1.2.1`, 'Sys-2'],
      [`${E}.11.2.14.11.1.2.8.1.1.3.1`, '70F'],
    ],
    profile: 'hpe',
    vendor: 'hpe',
    normalised: { device_cpu_percent: 4, 'device_temperature_celsius{Sys-1}': 21 },
  },
  {
    what: 'IOS from before the revision of the CPU table, with a testpoint that is not present',
    sysObjectID: `${E}.9.1.122`,
    facts: [
      [`${E}.9.9.109.1.1.1.1.4.1`, 17],
      [`${E}.9.9.109.1.1.1.1.5.1`, 11],
      [`${E}.9.2.1.57.0`, 99],
      [`${E}.9.9.13.1.3.1.2.1`, 'chassis'],
      [`${E}.9.9.13.1.3.1.3.1`, 31, 0x42],
      [`${E}.9.9.13.1.3.1.6.1`, 1],
      [`${E}.9.9.13.1.3.1.2.2`, 'module 2'],
      [`${E}.9.9.13.1.3.1.3.2`, 0, 0x42],
      [`${E}.9.9.13.1.3.1.6.2`, 5],
    ],
    profile: 'cisco',
    vendor: 'cisco',
    normalised: { device_cpu_percent: 17, 'device_temperature_celsius{chassis}': 31 },
  },
  {
    what: 'IOS-XE: the pool of 64 bits before the one that has wrapped at 4 GB; BGP peers over IPv4 and IPv6',
    sysObjectID: `${E}.9.1.2068`,
    facts: [
      [`${E}.9.9.48.1.1.1.2.1`, 'Processor'],
      [`${E}.9.9.48.1.1.1.5.1`, 1_000_000, 0x42],
      [`${E}.9.9.48.1.1.1.6.1`, 4_294_967_295, 0x42],
      [`${E}.9.9.221.1.1.1.1.3.7000.1`, 'Processor'],
      [`${E}.9.9.221.1.1.1.1.18.7000.1`, 1_000_000, 0x46],
      [`${E}.9.9.221.1.1.1.1.20.7000.1`, 9_000_000_000, 0x46],
      [`${E}.9.9.221.1.1.1.1.3.7000.2`, 'reserve Processor'],
      [`${E}.9.9.221.1.1.1.1.18.7000.2`, 92, 0x46],
      [`${E}.9.9.221.1.1.1.1.20.7000.2`, 102_312, 0x46],
      [`${E}.9.9.187.1.2.5.1.3.1.4.192.0.2.7`, 6],
      [`${E}.9.9.187.1.2.5.1.11.1.4.192.0.2.7`, 4_200_000_001, 0x42],
      [`${E}.9.9.187.1.2.8.1.1.1.4.192.0.2.7.1.1`, 912, 0x41],
      [`${E}.9.9.187.1.2.5.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1`, 3],
      [`${E}.9.9.187.1.2.5.1.11.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1`, 64_500, 0x42],
    ],
    profile: 'cisco',
    vendor: 'cisco',
    normalised: { device_memory_used_bytes: 1_000_000, device_memory_total_bytes: 9_001_000_000 },
    raw: {
      'snmp_cisco_bgp_peer_state{peer="192.0.2.7",remote_as="4200000001"}': 6,
      'snmp_cisco_bgp_peer_accepted_prefixes{afi="1",peer="192.0.2.7",remote_as="4200000001",safi="1"}': 912,
      'snmp_cisco_bgp_peer_state{peer="2001:0DB8:0000:0000:0000:0000:0000:0001",remote_as="64500"}': 3,
    },
  },
  {
    what: 'Junos: peers whose index lacks the length of the addresses',
    sysObjectID: `${E}.2636.1.1.1.2.57`,
    facts: [
      [`${E}.2636.5.1.1.2.1.1.1.2.0.1.10.120.0.10.1.10.120.0.20`, 6],
      [`${E}.2636.5.1.1.2.1.1.1.13.0.1.10.120.0.10.1.10.120.0.20`, 44_136, 0x42],
      [`${E}.2636.5.1.1.2.1.1.1.14.0.1.10.120.0.10.1.10.120.0.20`, 19, 0x42],
      [`${E}.2636.5.1.1.2.6.2.1.8.19.1.1`, 816_765, 0x42],
      [`${E}.2636.3.1.13.1.5.9.1.0.0`, 'Routing Engine'],
      [`${E}.2636.3.1.13.1.8.9.1.0.0`, 12, 0x42],
    ],
    profile: 'juniper',
    vendor: 'juniper',
    normalised: { device_cpu_percent: 12 },
    raw: {
      'snmp_juniper_bgp_peer_state{local_address="10.120.0.10",peer="10.120.0.20",peer_index="19",remote_as="44136",routing_instance="0"}': 6,
      'snmp_juniper_bgp_prefixes_accepted{afi="1",peer_index="19",safi="1"}': 816_765,
    },
  },
  {
    what: 'Small Business: 101 percent means that nobody measures',
    sysObjectID: `${E}.9.6.1.95.28.5`,
    facts: [uptime(500), [`${E}.9.6.1.101.1.8.0`, 101]],
    profile: 'cisco_small_business',
    vendor: 'cisco',
    normalised: { device_uptime_seconds: 5 },
  },
  {
    what: 'a sensor of RFC 3433 in milli units that works, beside one that does not and a transceiver',
    sysObjectID: `${E}.99999.1`,
    facts: [
      ...[
        ['7.1', 'inlet'],
        ['7.2', 'outlet'],
        ['7.3', 'Ethernet1/1 Lane 1 Transceiver Temperature Sensor'],
      ].map(([row, text]): Fact => [`1.3.6.1.2.1.47.1.1.1.1.${row}`, text as string]),
      ...[1, 2, 3, 4].flatMap((i): Fact[] => [
        [`1.3.6.1.2.1.99.1.1.1.1.${i}`, 8],
        [`1.3.6.1.2.1.99.1.1.1.2.${i}`, 8],
        [`1.3.6.1.2.1.99.1.1.1.3.${i}`, 0],
        [`1.3.6.1.2.1.99.1.1.1.4.${i}`, 30_000 + i],
        [`1.3.6.1.2.1.99.1.1.1.5.${i}`, i === 2 ? 3 : 1],
      ]),
    ],
    profile: 'generic',
    vendor: '',
    normalised: { 'device_temperature_celsius{inlet}': 30.001 },
  },
  {
    what: 'a device that answers nothing of all this',
    sysObjectID: '',
    facts: [],
    profile: 'generic',
    vendor: '',
    normalised: {},
  },
];

const shown = (labels: Readonly<Record<string, string>>) => {
  const pairs = Object.entries(labels)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}="${value}"`)
    .sort();
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
};

it.each(GOLDEN.map((golden) => [golden.what, golden] as const))('%s', async (_what, golden) => {
  const { sysObjectID, sysDescr = '', facts } = golden;
  const { profile, samples, normalised } = await askTable({ sysObjectID, sysDescr }, facts);
  expect([profile.name, profile.vendor]).toEqual([golden.profile, golden.vendor]);
  const raw = new Map(samples.map(({ name, labels, value }) => [name + shown(labels), value]));
  expect(rounded(normalised)).toEqual(golden.normalised);
  const wanted = Object.keys(golden.raw ?? {});
  expect(rounded(Object.fromEntries(wanted.map((key) => [key, raw.get(key)])))).toEqual(golden.raw ?? {});
  const there = [...raw.keys()];
  expect((golden.absent ?? []).filter((key) => there.some((k) => k === key || k.startsWith(`${key}{`)))).toEqual([]);
});

/** Scales are floats; ten digits are more than any sensor has. */
const rounded = (values: Record<string, number | undefined>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value && Number(value.toPrecision(12))]));
