import type { BundleFileInput } from '../../exporter/src/config/bundle-schema';
import type { Line } from './bundle-places';

export type DeviceInput = BundleFileInput['devices'][number];
type InterfaceInput = NonNullable<DeviceInput['interfaces']>[number];
const MBIT = 1e6;
const LOOPBACK = 24;
const VLAN = 135;
/** IANAifType propVirtual, what IOS says of an SVI. */
const SVI = 53;

const uplink = (if_name: string, if_descr: string, [provider, if_alias, mbits]: Line): InterfaceInput => ({
  if_name,
  if_descr,
  if_alias,
  speed: mbits * MBIT,
  provider,
});

const lan = (if_name: string, if_alias: string, speed = 1_000 * MBIT): InterfaceInput => ({ if_name, if_alias, speed });

/** Names as RouterOS has them: ifDescr is ifName, virtual interfaces have no speed. */
function mikrotik(lines: readonly Line[], trunks: readonly string[]): InterfaceInput[] {
  return [
    ...lines.map((line, n) => uplink(`ether${n + 1}`, `ether${n + 1}`, line)),
    ...trunks.map((to, n) => lan(`ether${lines.length + n + 1}`, `trunk to ${to}`)),
    { ...lan(`ether${lines.length + trunks.length + 1}`, ''), connected: false },
    { if_name: 'bridge-lan', if_alias: 'LAN', if_type: 209 },
    { if_name: 'vlan20-voice', if_alias: 'IP telephony', if_type: VLAN },
    { if_name: 'lo', if_type: LOOPBACK, mtu: 65_536 },
  ];
}

/** Names as IOS has them: short ifName, long ifDescr, ifIndex not from 1. */
function cisco(lines: readonly Line[], trunks: readonly string[]): InterfaceInput[] {
  const port = (n: number) => ({ if_name: `Gi0/0/${n}`, if_descr: `GigabitEthernet0/0/${n}`, if_index: n + 1 });
  return [
    ...lines.map((line, n) => ({ ...uplink('', '', line), ...port(n) })),
    ...trunks.map((to, n) => ({ ...lan('', `TRUNK ${to}`), ...port(lines.length + n) })),
    { ...lan('', 'spare'), ...port(lines.length + trunks.length), enabled: false },
    {
      ...lan('Gi0', 'MGMT', 1_000 * MBIT),
      if_descr: 'GigabitEthernet0',
      if_index: 9,
    },
    { if_name: 'Lo0', if_descr: 'Loopback0', if_alias: 'router-id', if_type: LOOPBACK, speed: 8e9, if_index: 14 },
    { if_name: 'Vl10', if_descr: 'Vlan10', if_alias: 'office LAN', if_type: SVI, speed: 1e9, if_index: 21 },
    { if_name: 'Vl30', if_descr: 'Vlan30', if_alias: 'cameras', if_type: SVI, speed: 1e9, if_index: 22 },
  ];
}

function accessSwitch(trunks: readonly string[]): InterfaceInput[] {
  const users = ['office 1', 'office 2', 'accounting', 'AP lobby', 'camera entrance', 'camera yard', 'printer', ''];
  return [
    ...users.map((if_alias, n) => ({
      if_name: `Gi1/0/${n + 1}`,
      if_descr: `GigabitEthernet1/0/${n + 1}`,
      if_index: 10_101 + n,
      if_alias,
      speed: 1e9,
      connected: if_alias !== '',
    })),
    ...trunks.map((to, n) => ({
      if_name: `Te1/0/${n + 1}`,
      if_descr: `TenGigabitEthernet1/0/${n + 1}`,
      if_index: 10_149 + n,
      if_alias: `Trunk to ${to}`,
      speed: 10e9,
    })),
    { if_name: 'Vl1', if_descr: 'Vlan1', if_index: 1, if_type: SVI, speed: 1e9 },
  ];
}

export type Make = 'MikroTik' | 'Cisco';

export interface Box {
  name: string;
  address: string;
  site: string;
  make: Make;
  lines: readonly Line[];
  trunks: readonly string[];
}

export function router({ name, address, site, make, lines, trunks }: Box): DeviceInput {
  const made =
    make === 'MikroTik'
      ? { vendor: 'MikroTik', model: 'RB4011iGS+', os_version: '7.15.3', interfaces: mikrotik(lines, trunks) }
      : { vendor: 'Cisco', model: 'ISR4331', os_version: '17.9.4a', interfaces: cisco(lines, trunks) };
  return { name, address, site, type: 'router', role: 'edge', auth: 'demo', tags: ['demo', 'edge'], ...made };
}

export function switchOf(
  name: string,
  address: string,
  site: string,
  trunks: readonly string[],
  huawei: boolean
): DeviceInput {
  const made = huawei
    ? { vendor: 'Huawei', model: 'S5720-28X-LI-AC', os_version: '5.170' }
    : { vendor: 'Cisco', model: 'C2960X', os_version: '15.2(7)E8' };
  const interfaces = accessSwitch(trunks);
  return { name, address, site, type: 'switch', role: 'access', auth: 'demo', tags: ['demo'], ...made, interfaces };
}
