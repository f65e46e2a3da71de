import type { BundleFileInput } from '../../exporter/src/config/bundle-schema';
import type { DeviceInput } from './bundle-devices';

type InterfaceInput = NonNullable<DeviceInput['interfaces']>[number];

const LOOPBACK = 24;
const VLAN = 135;
/** IANAifType propVirtual, what IOS says of an SVI. */
const SVI = 53;
const GBIT = 1e9;

/** What is plugged into a port: alias, and the provider where it is an uplink. */
type Plug = string | { alias: string; provider: string };

/** An image of the emulator: how it names its ports, and which of them is on the management network. */
interface Image {
  vendor: string;
  model: string;
  os_version: string;
  /** Name and description of port n, from 0, leaving out the management port. */
  port: (n: number) => Pick<InterfaceInput, 'if_name' | 'if_descr' | 'if_index'>;
  management: InterfaceInput;
  /** Interfaces without a port, of every node of the image. */
  virtual: readonly InterfaceInput[];
}

const MGMT = { if_alias: 'MGMT', speed: GBIT } as const;
const loopback = (if_name: string, if_descr: string, if_index: number): InterfaceInput => ({
  if_name,
  if_descr,
  if_index,
  if_type: LOOPBACK,
  if_alias: 'router-id',
});

/** Four ports a node, the last one for management. */
const IOSV: Image = {
  vendor: 'Cisco',
  model: 'IOSv',
  os_version: '15.9(3)M6',
  port: (n) => ({ if_name: `Gi0/${n}`, if_descr: `GigabitEthernet0/${n}`, if_index: n + 1 }),
  management: { if_name: 'Gi0/3', if_descr: 'GigabitEthernet0/3', if_index: 4, ...MGMT },
  virtual: [loopback('Lo0', 'Loopback0', 6)],
};

const IOSV_L2: Image = {
  vendor: 'Cisco',
  model: 'IOSvL2',
  os_version: '15.2(20200924:215240)',
  port: (n) => ({
    if_name: `Gi${Math.floor(n / 4)}/${n % 4}`,
    if_descr: `GigabitEthernet${Math.floor(n / 4)}/${n % 4}`,
    if_index: n + 1,
  }),
  management: { if_name: 'Gi3/3', if_descr: 'GigabitEthernet3/3', if_index: 16, ...MGMT },
  virtual: [{ if_name: 'Vl10', if_descr: 'Vlan10', if_index: 19, if_type: SVI, if_alias: 'office LAN', speed: GBIT }],
};

const CSR: Image = {
  vendor: 'Cisco',
  model: 'CSR1000V',
  os_version: '17.3.4a',
  port: (n) => ({ if_name: `Gi${n + 1}`, if_descr: `GigabitEthernet${n + 1}`, if_index: n + 1 }),
  management: { if_name: 'Gi4', if_descr: 'GigabitEthernet4', if_index: 4, ...MGMT },
  virtual: [loopback('Lo0', 'Loopback0', 7)],
};

const VEOS: Image = {
  vendor: 'Arista',
  model: 'vEOS-lab',
  os_version: '4.29.2F',
  port: (n) => ({ if_name: `Ethernet${n + 1}`, if_descr: `Ethernet${n + 1}`, if_index: n + 1 }),
  management: { if_name: 'Management1', if_descr: 'Management1', if_index: 999_001, ...MGMT },
  virtual: [loopback('Loopback0', 'Loopback0', 5_000_000)],
};

/** RouterOS describes a port by its name and has no speed for virtual interfaces. */
const CHR: Image = {
  vendor: 'MikroTik',
  model: 'CHR',
  os_version: '7.11.2',
  port: (n) => ({ if_name: `ether${n + 2}`, if_index: n + 2 }),
  management: { if_name: 'ether1', if_index: 1, ...MGMT },
  virtual: [{ if_name: 'lo', if_index: 9, if_type: LOOPBACK, mtu: 65_536 }],
};

const VMX: Image = {
  vendor: 'Juniper',
  model: 'vMX',
  os_version: '20.4R3.8',
  port: (n) => ({ if_name: `ge-0/0/${n}`, if_descr: `ge-0/0/${n}`, if_index: 526 + n }),
  management: { if_name: 'fxp0', if_descr: 'fxp0', if_index: 1, ...MGMT },
  virtual: [loopback('lo0', 'lo0', 6)],
};

/** On the emulator's management network, 172.31.99.0/24; the agents listen where agents do. */
function node(
  name: string,
  host: number,
  image: Image,
  site: string,
  role: string,
  plugs: readonly Plug[]
): DeviceInput {
  return {
    name,
    address: `172.31.99.${host}`,
    site,
    type: image === IOSV_L2 || image === VEOS ? 'switch' : 'router',
    role,
    vendor: image.vendor,
    model: image.model,
    os_version: image.os_version,
    auth: 'lab',
    tags: ['lab', 'eve-ng'],
    interfaces: [
      ...plugs.map((plug, n) => ({
        ...image.port(n),
        speed: GBIT,
        ...(typeof plug === 'string' ? { if_alias: plug } : { if_alias: plug.alias, provider: plug.provider }),
      })),
      image.management,
      ...image.virtual,
    ],
  };
}

const MAGTI = { alias: 'Magti_Internet', provider: 'Magti' } as const;
const SILKNET = { alias: 'Silknet uplink', provider: 'Silknet' } as const;

const [NET, HQ, BRANCH, REMOTE] = ['Lab Internet', 'Lab HQ', 'Lab Branch', 'Lab Remote'] as const;

function devices(): DeviceInput[] {
  const remote = node('lab-rem-r1', 41, CHR, REMOTE, 'edge', [MAGTI, SILKNET, 'LAN']);
  remote.interfaces?.push({ if_name: 'vlan20-voice', if_index: 10, if_type: VLAN, if_alias: 'IP telephony' });
  return [
    node('lab-isp-magti', 11, VMX, NET, 'provider', ['Cust: lab-hq-r1', 'Cust: lab-br-r1', 'Cust: lab-rem-r1']),
    node('lab-isp-silknet', 12, CHR, NET, 'provider', ['Cust: lab-hq-r2', 'Cust: lab-br-r1', 'Cust: lab-rem-r1']),
    node('lab-hq-r1', 21, CSR, HQ, 'edge', [MAGTI, 'trunk to lab-hq-core1', 'trunk to lab-hq-core2']),
    node('lab-hq-r2', 22, IOSV, HQ, 'edge', [SILKNET, 'trunk to lab-hq-core1', 'trunk to lab-hq-core2']),
    node('lab-hq-core1', 23, VEOS, HQ, 'core', [
      'trunk to lab-hq-r1',
      'trunk to lab-hq-r2',
      'trunk to lab-hq-core2',
      'trunk to lab-hq-sw1',
    ]),
    node('lab-hq-core2', 24, VEOS, HQ, 'core', [
      'trunk to lab-hq-r1',
      'trunk to lab-hq-r2',
      'trunk to lab-hq-core1',
      'trunk to lab-hq-sw1',
    ]),
    node('lab-hq-sw1', 25, IOSV_L2, HQ, 'access', [
      'trunk to lab-hq-core1',
      'trunk to lab-hq-core2',
      'office 1',
      'AP lobby',
    ]),
    node('lab-br-r1', 31, IOSV, BRANCH, 'edge', [MAGTI, SILKNET, 'trunk to lab-br-sw1']),
    node('lab-br-sw1', 32, IOSV_L2, BRANCH, 'access', ['trunk to lab-br-r1', 'office 1', 'camera entrance']),
    remote,
  ];
}

/** `a:port b:port`, one cable a line, as they are drawn in the emulator. */
const CABLES = `
lab-isp-magti:ge-0/0/0 lab-hq-r1:Gi1
lab-isp-magti:ge-0/0/1 lab-br-r1:Gi0/0
lab-isp-magti:ge-0/0/2 lab-rem-r1:ether2
lab-isp-silknet:ether2 lab-hq-r2:Gi0/0
lab-isp-silknet:ether3 lab-br-r1:Gi0/1
lab-isp-silknet:ether4 lab-rem-r1:ether3
lab-hq-r1:Gi2 lab-hq-core1:Ethernet1
lab-hq-r1:Gi3 lab-hq-core2:Ethernet1
lab-hq-r2:Gi0/1 lab-hq-core1:Ethernet2
lab-hq-r2:Gi0/2 lab-hq-core2:Ethernet2
lab-hq-core1:Ethernet3 lab-hq-core2:Ethernet3
lab-hq-core1:Ethernet4 lab-hq-sw1:Gi0/0
lab-hq-core2:Ethernet4 lab-hq-sw1:Gi0/1
lab-br-r1:Gi0/2 lab-br-sw1:Gi0/0
`;

function links(): BundleFileInput['links'] {
  const end = (text: string) => {
    const [device = '', port = ''] = text.split(/:(.*)/s);
    return { device, interface: port };
  };
  return CABLES.trim()
    .split('\n')
    .map((cable) => {
      const [a = '', b = ''] = cable.split(' ');
      return { a: end(a), b: end(b) };
    });
}

/** A lab of EVE-NG: ten nodes of six images, two of them playing the providers. docs/bundles.md draws it. */
export const lab = (): BundleFileInput => ({
  name: 'lab_eve',
  description: 'A lab of EVE-NG: four sites, ten nodes of six images, two providers',
  // The lab stands on one desk; its sites are put on the map where their likes are.
  sites: [
    { name: NET, region: 'Lab', latitude: 41.7225, longitude: 44.7925 },
    { name: HQ, region: 'Lab', latitude: 41.7151, longitude: 44.8271 },
    { name: BRANCH, region: 'Lab', latitude: 41.6168, longitude: 41.6367 },
    { name: REMOTE, region: 'Lab', latitude: 42.2662, longitude: 42.718 },
  ],
  devices: devices(),
  links: links(),
  dependencies: [
    { device: 'lab-hq-r1', upstreams: ['lab-isp-magti'] },
    { device: 'lab-hq-r2', upstreams: ['lab-isp-silknet'] },
    { device: 'lab-hq-core1', upstreams: ['lab-hq-r1', 'lab-hq-r2'] },
    { device: 'lab-hq-core2', upstreams: ['lab-hq-r1', 'lab-hq-r2'] },
    { device: 'lab-hq-sw1', upstreams: ['lab-hq-core1', 'lab-hq-core2'] },
    { device: 'lab-br-r1', upstreams: ['lab-isp-magti', 'lab-isp-silknet'] },
    { device: 'lab-br-sw1', upstreams: ['lab-br-r1'] },
    { device: 'lab-rem-r1', upstreams: ['lab-isp-magti', 'lab-isp-silknet'] },
  ],
  probe_targets: [
    { name: 'Magti gateway', address: '172.31.99.11', kind: 'icmp', class: 'gateway' },
    { name: 'Silknet gateway', address: '172.31.99.12', kind: 'icmp', class: 'gateway' },
  ],
  alert_packs: ['sites', 'devices', 'probes'],
});
