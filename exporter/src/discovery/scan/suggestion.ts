import { isIP } from 'node:net';
import type { CandidateRow } from '../../inventory/candidates';

type Told = Pick<CandidateRow, 'address' | 'sys_name' | 'vendor' | 'model' | 'sys_descr'>;

/** How a candidate would be called: its sysName without the domain, else its address. */
export function suggestedName({ address, sys_name: name }: Pick<Told, 'address' | 'sys_name'>): string {
  if (isIP(name)) {
    return address;
  }
  return name.split('.')[0]?.trim() || address;
}

/** The first that fits: boxes that are of one kind only, or that say which. `text` is over model and sysDescr. */
const TYPES: readonly { type: string; vendor: string; text?: RegExp }[] = [
  { type: 'firewall', vendor: 'fortinet', text: /FortiGate/i },
  { type: 'firewall', vendor: 'paloalto' },
  { type: 'firewall', vendor: 'sophos' },
  { type: 'firewall', vendor: 'juniper', text: /\bv?srx/i },
  { type: 'firewall', vendor: 'huawei', text: /\bUSG\d/ },
  { type: 'firewall', vendor: 'cisco', text: /Adaptive Security Appliance/ },
  { type: 'switch', vendor: 'mikrotik', text: /\bSwOS\b|\bC[RS]S\d/ },
  { type: 'switch', vendor: 'cisco', text: /NX-OS|\bCatalyst\b|\bC(?:2960|3[5678]50)\w* Software/ },
  { type: 'switch', vendor: 'juniper', text: /\b(?:ex|qfx)\d/i },
  { type: 'switch', vendor: 'huawei', text: /\b(?:S\d{4}|CE\d{4,5})/ },
  { type: 'switch', vendor: 'hpe', text: /\bswitch\b/i },
  { type: 'switch', vendor: 'arista' },
  { type: 'switch', vendor: 'eltex', text: /\bMES\d/ },
  { type: 'access_point', vendor: 'ubiquiti', text: /\bUAP/ },
  { type: 'router', vendor: 'mikrotik', text: /\bRouterOS\b/ },
  { type: 'router', vendor: 'cisco', text: /\b(?:7[26]\d\d|ASR\w*|ISR\w*|C8[0-9]{2}\w*) Software/ },
  { type: 'router', vendor: 'juniper', text: /\bv?mx\d*\b/i },
  { type: 'router', vendor: 'huawei', text: /\b(?:AR|NE)\d/ },
  { type: 'router', vendor: 'eltex', text: /\bESR-/ },
  { type: 'router', vendor: 'vyos' },
  { type: 'router', vendor: 'teltonika' },
  { type: 'router', vendor: 'draytek' },
  { type: 'ups', vendor: 'apc' },
];

/** Kind of box, where its vendor and what it says leave no doubt; else empty. */
export function suggestedType({ vendor, model, sys_descr: descr }: Omit<Told, 'address' | 'sys_name'>): string {
  const said = `${model}\n${descr}`;
  return TYPES.find((one) => one.vendor === vendor && (one.text?.test(said) ?? true))?.type ?? '';
}
