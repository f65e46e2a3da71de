import { IF_MIB } from '../snmp/if-mib';
import { resolveNames } from '../snmp/interface-name';
import type { SnmpSession } from '../snmp/session';
import { cleanText } from '../snmp/text';

/**
 * Where the interfaces are now: name to ifIndex, from a fresh walk of the two name columns.
 * @throws SnmpError
 */
export async function walkNames(session: SnmpSession): Promise<Map<string, number>> {
  const columns = await session.columns([IF_MIB.ifName, IF_MIB.ifDescr]);
  const names = columns.get(IF_MIB.ifName);
  const descriptions = columns.get(IF_MIB.ifDescr);
  const indexes = new Set([...(descriptions?.keys() ?? []), ...(names?.keys() ?? [])]);
  const rows = [...indexes]
    .filter((index) => /^\d+$/.test(index))
    .map((index) => ({
      ifIndex: Number(index),
      ifName: cleanText(names?.get(index)?.value),
      ifDescr: cleanText(descriptions?.get(index)?.value),
    }));
  return new Map([...resolveNames(rows)].map(([ifIndex, { name }]) => [name, ifIndex]));
}
