import type { UplinkFacts, UplinkRole } from './uplink-role';

/** Interface, what carries it, provider (empty: it is no uplink), role, and `word` or `unmonitored` where one applies. */
type Row = [ifName: string, parent: string, provider: string, role: UplinkRole, said?: 'word' | 'unmonitored'];

/** Devices and which of their interfaces count as uplinks; what holds without a database must hold in it. */
export const UPLINK_CASES: readonly { title: string; interfaces: readonly Row[] }[] = [
  {
    title: 'a port and its VLAN of one provider are one uplink',
    interfaces: [
      ['Gi0/1', '', 'magti', 'uplink'],
      ['Gi0/1.100', 'Gi0/1', 'magti', 'child'],
    ],
  },
  {
    title: 'a VLAN of an unknown provider is that of its port',
    interfaces: [
      ['ether1', '', 'silknet', 'uplink'],
      ['ether1.5', 'ether1', 'unknown', 'child'],
    ],
  },
  {
    title: 'a port of an unknown provider gives way to VLANs whose provider is known',
    interfaces: [
      ['ether1', '', 'unknown', 'parent'],
      ['ether1.5', 'ether1', 'silknet', 'uplink'],
      ['ether1.6', 'ether1', 'magti', 'uplink'],
      ['ether1.7', 'ether1', 'unknown', 'uplink'],
    ],
  },
  {
    title: 'nobody knows the provider of either: the port stands for both',
    interfaces: [
      ['ether1', '', 'unknown', 'uplink'],
      ['ether1.5', 'ether1', 'unknown', 'child'],
    ],
  },
  {
    title: 'two providers over one port are two uplinks besides its own',
    interfaces: [
      ['xe-0', '', 'magti', 'uplink'],
      ['xe-0.1', 'xe-0', 'magti', 'child'],
      ['xe-0.2', 'xe-0', 'cogent', 'uplink'],
    ],
  },
  {
    title: 'links of one provider on two ports stay apart',
    interfaces: [
      ['ether1', '', 'magti', 'uplink'],
      ['ether1.10', 'ether1', 'magti', 'child'],
      ['ether2', '', 'magti', 'uplink'],
      ['ether2.10', 'ether2', 'magti', 'child'],
    ],
  },
  {
    title: 'a VLAN over a port that is no uplink is one',
    interfaces: [
      ['ether1', '', '', ''],
      ['ether1.10', 'ether1', 'magti', 'uplink'],
      ['ether1.20', 'ether1', '', ''],
    ],
  },
  {
    title: 'members are their bundle, and so is a unit over a member',
    interfaces: [
      ['ae0', '', 'cogent', 'uplink'],
      ['xe-0/0/0', 'ae0', '', ''],
      ['xe-0/0/1', 'ae0', 'cogent', 'child'],
      ['xe-0/0/0.0', 'xe-0/0/0', 'cogent', 'child'],
      ['ae0.7', 'ae0', 'cogent', 'child'],
    ],
  },
  {
    title: 'the nearest uplink above counts, not what is above that',
    interfaces: [
      ['port', '', 'unknown', 'parent'],
      ['port.1', 'port', 'magti', 'uplink'],
      ['ppp1', 'port.1', 'magti', 'child'],
      ['ppp2', 'port.1', 'unknown', 'child'],
    ],
  },
  {
    title: 'over what is no uplink in between a known provider is found as well',
    interfaces: [
      ['port', '', 'unknown', 'parent'],
      ['port.1', 'port', '', ''],
      ['ppp1', 'port.1', 'magti', 'uplink'],
    ],
  },
  {
    title: 'what an operator calls an uplink is one',
    interfaces: [
      ['Gi0/1', '', 'magti', 'uplink'],
      ['Gi0/1.100', 'Gi0/1', 'magti', 'uplink', 'word'],
      ['Gi0/2', '', 'unknown', 'uplink', 'word'],
      ['Gi0/2.100', 'Gi0/2', 'magti', 'uplink'],
      ['Gi0/2.200', 'Gi0/2', 'unknown', 'child'],
    ],
  },
  {
    title: 'a port without values of its own stands for nobody',
    interfaces: [
      ['Gi0/1', '', 'magti', 'uplink', 'unmonitored'],
      ['Gi0/1.100', 'Gi0/1', 'magti', 'uplink'],
    ],
  },
  {
    title: 'a VLAN without values of its own stands for no port',
    interfaces: [
      ['Gi0/1', '', 'unknown', 'uplink'],
      ['Gi0/1.100', 'Gi0/1', 'magti', 'uplink', 'unmonitored'],
    ],
  },
  {
    title: 'a parent that is not there is none',
    interfaces: [['Gi0/1.100', 'Gi0/1', 'magti', 'uplink']],
  },
];

export const factsOf = ([ifName, parentIfName, provider, , said]: Row): UplinkFacts => ({
  ifName,
  parentIfName,
  interfaceType: provider === '' ? 'other' : 'isp',
  ispProvider: provider,
  monitored: said !== 'unmonitored',
  byWord: said === 'word',
});
