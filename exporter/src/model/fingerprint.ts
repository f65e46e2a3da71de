import { VENDOR_ARCS, VENDORS_BY_DESCRIPTION } from './vendors';

export interface Fingerprint {
  /** Lower case; empty when it could not be told. */
  vendor: string;
  model: string;
  osVersion: string;
}

const ENTERPRISES = '1.3.6.1.4.1.';
/** netSnmpAgentOIDs: whoever builds on net-snmp and sets no number of its own answers with one below this. */
const NET_SNMP = '8072.3.2';

/** Vendor, model and version of a box from its sysObjectID (whole arcs, so that 9 is not 9999) and sysDescr. */
export function fingerprint(system: { sysObjectID: string; sysDescr: string }): Fingerprint {
  const descr = system.sysDescr.trim();
  const below = system.sysObjectID.startsWith(ENTERPRISES) ? system.sysObjectID.slice(ENTERPRISES.length) : '';
  const arc = isAtOrBelow(below, NET_SNMP)
    ? undefined
    : VENDOR_ARCS.filter((v) => isAtOrBelow(below, v.arc)).sort((a, b) => b.arc.length - a.arc.length)[0];
  const found = arc ?? VENDORS_BY_DESCRIPTION.find((v) => v.pattern.test(descr));
  return {
    vendor: found?.vendor ?? '',
    model: group(found?.model, descr),
    osVersion: group(found?.version, descr),
  };
}

/** Whole arcs, so that 9 is not 9999. */
export const isAtOrBelow = (oid: string, arc: string) => oid === arc || oid.startsWith(`${arc}.`);

const group = (pattern: RegExp | undefined, text: string) =>
  (
    pattern
      ?.exec(text)
      ?.slice(1)
      .find((g) => g !== undefined) ?? ''
  ).replace(/[,;.]+$/, '');
