import { integerOf } from './number';
import { SnmpError, type SnmpSession } from './session';
import { cleanText } from './text';

/** The system group (RFC 3418). */
export interface SystemGroup {
  sysDescr: string;
  /** Dotted, without a leading dot; empty when the agent has none. */
  sysObjectID: string;
  /** Hundredths of a second. */
  sysUpTime?: number;
  sysName: string;
  sysLocation: string;
}

const SYS_DESCR = '1.3.6.1.2.1.1.1.0';
export const SYS_OBJECT_ID = '1.3.6.1.2.1.1.2.0';
export const SYS_UP_TIME = '1.3.6.1.2.1.1.3.0';
/** SNMP-FRAMEWORK-MIB (RFC 3411 section 5): how often the engine started, and the seconds since. */
export const SNMP_ENGINE_BOOTS = '1.3.6.1.6.3.10.2.1.2.0';
export const SNMP_ENGINE_TIME = '1.3.6.1.6.3.10.2.1.3.0';
export const SYS_NAME = '1.3.6.1.2.1.1.5.0';
export const SYS_LOCATION = '1.3.6.1.2.1.1.6.0';

/**
 * Asks who the agent is. sysDescr goes on its own: some boxes misbehave when it shares a request with sysObjectID.
 * @throws SnmpError; reason no_such_object when the agent answers but has none of the objects
 */
export async function readSystem(session: Pick<SnmpSession, 'get'>): Promise<SystemGroup> {
  const values = await session.get([SYS_OBJECT_ID, SYS_UP_TIME, SYS_NAME, SYS_LOCATION]);
  const descr = (await session.get([SYS_DESCR])).get(SYS_DESCR);
  if (values.size === 0 && descr === undefined) {
    throw new SnmpError(
      'no_such_object',
      'the agent answers but has no system group (1.3.6.1.2.1.1): its view must include it'
    );
  }
  const objectId = values.get(SYS_OBJECT_ID)?.value;
  return {
    sysDescr: cleanText(descr?.value),
    sysObjectID: typeof objectId === 'string' ? objectId : '',
    sysUpTime: integerOf(values.get(SYS_UP_TIME)),
    sysName: cleanText(values.get(SYS_NAME)?.value),
    sysLocation: cleanText(values.get(SYS_LOCATION)?.value),
  };
}
