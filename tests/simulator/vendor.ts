import type { BundleDevice } from '../../exporter/src/config/bundle';
import { hashNumber } from './hash';

/** Kinds of agents: which private objects a device answers. */
export type Make = 'mikrotik' | 'cisco' | 'huawei' | 'linux';

interface Identity {
  make: Make;
  sysDescr: string;
  /** Dotted. */
  sysObjectId: string;
  /** First three octets of its MAC addresses. */
  oui: readonly [number, number, number];
  sysServices: number;
}

type Maker = (device: BundleDevice) => Identity;

/** sysObjectID of Cisco models below 1.3.6.1.4.1.9.1 (CISCO-PRODUCTS-MIB). */
const CISCO_PRODUCTS: readonly (readonly [model: RegExp, product: number])[] = [
  [/ISR\s?4331/i, 2068],
  [/2960X/i, 1208],
  [/3750/i, 516],
];

const MAKERS: Readonly<Record<string, Maker>> = {
  mikrotik: (d) => ({
    make: 'mikrotik',
    sysDescr: `RouterOS ${d.model || 'CHR'}`,
    sysObjectId: '1.3.6.1.4.1.14988.1',
    oui: [0x64, 0xd1, 0x54],
    sysServices: 78,
  }),
  cisco: (d) => ({
    make: 'cisco',
    sysDescr:
      `Cisco IOS Software, ${d.model || 'ISR'} Software, Version ${d.osVersion || '15.2(7)E8'}, RELEASE SOFTWARE (fc1)\r\n` +
      'Technical Support: http://www.cisco.com/techsupport',
    sysObjectId: `1.3.6.1.4.1.9.1.${CISCO_PRODUCTS.find(([model]) => model.test(d.model))?.[1] ?? 1}`,
    oui: [0x00, 0x1b, 0x54],
    sysServices: d.type === 'switch' ? 6 : 78,
  }),
  huawei: (d) => ({
    make: 'huawei',
    sysDescr:
      `${d.model || 'S5720'}\r\nHuawei Versatile Routing Platform Software\r\n` +
      ` VRP (R) software, Version ${d.osVersion || '5.160'}`,
    sysObjectId: '1.3.6.1.4.1.2011.2.23.276',
    oui: [0x00, 0xe0, 0xfc],
    sysServices: 78,
  }),
};

const linux: Maker = (d) => ({
  make: 'linux',
  sysDescr: `Linux ${d.name} 6.1.0 #1 SMP x86_64`,
  // NET-SNMP-TC::linux, what net-snmp answers on hardware of any make.
  sysObjectId: '1.3.6.1.4.1.8072.3.2.10',
  oui: [0x02, 0x00, 0x5e],
  sysServices: 72,
});

/** What a device of this vendor and model says about itself; an unknown vendor is a Linux box with net-snmp. */
export function identityOf(device: BundleDevice): Identity {
  return (MAKERS[device.vendor.toLowerCase()] ?? linux)(device);
}

/** MAC address of an interface by its position: the vendor's prefix, then bits of the seed. */
export function macAddress(identity: Identity, seed: number, position: number): Uint8Array {
  const own = (hashNumber(seed, 4_000) + position) & 0xff_ffff;
  return Uint8Array.from([...identity.oui, own >>> 16, (own >>> 8) & 0xff, own & 0xff]);
}
