import { hasRestarted, SIGNS, type SystemSigns } from '../poll/restart-watch';
import { IF_NUMBER } from '../snmp/if-mib';
import { integerOf } from '../snmp/number';
import { SnmpError, type SnmpSession, type Varbind } from '../snmp/session';

/** What an agent said of its age and its table of interfaces, kept from one discovery to the next. */
export interface AgentSigns extends SystemSigns {
  /** Where it was asked: address and port. */
  agent: string;
  /** IF-MIB::ifNumber. */
  ifNumber?: number;
  /** When it said so; unix ms. */
  at: number;
}

/** Objects that readings of the signs ask for, one varbind each. */
export const SIGN_OIDS: readonly string[] = [...SIGNS.map(({ oid }) => oid), IF_NUMBER];

/** Who is asked, and when (unix ms). */
export type Asked = Pick<AgentSigns, 'agent' | 'at'>;

/** `values`: of SIGN_OIDS, by OID; what the agent does not have is missing. */
export function signsOf(values: ReadonlyMap<string, Varbind>, asked: Asked): AgentSigns {
  const signs: AgentSigns = { ...asked };
  for (const { sign, oid } of SIGNS) {
    const value = integerOf(values.get(oid));
    if (value !== undefined) {
      signs[sign] = value;
    }
  }
  const ifNumber = integerOf(values.get(IF_NUMBER));
  return ifNumber === undefined ? signs : { ...signs, ifNumber };
}

/** Reads the signs of an agent that is known to answer; one that fails at it has none. */
export async function readSigns(session: Pick<SnmpSession, 'get'>, asked: Asked): Promise<AgentSigns> {
  try {
    return signsOf(await session.get(SIGN_OIDS), asked);
  } catch (err) {
    if (err instanceof SnmpError) {
      return asked;
    }
    throw err;
  }
}

/** Why what is known of the interfaces may not be true any more; undefined: there is no sign of it. */
export function whyWalkAgain(
  before: AgentSigns,
  now: AgentSigns
): 'other_agent' | 'restart' | 'table_changed' | undefined {
  if (before.agent !== now.agent) {
    return 'other_agent';
  }
  if (hasRestarted(before, now, now.at - before.at)) {
    return 'restart';
  }
  return differ(before.tableLastChange, now.tableLastChange) || differ(before.ifNumber, now.ifNumber)
    ? 'table_changed'
    : undefined;
}

const differ = (a: number | undefined, b: number | undefined) => a !== undefined && b !== undefined && a !== b;
