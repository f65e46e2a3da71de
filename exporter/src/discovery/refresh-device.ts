import type { DiscoveredSystem } from '../model/discovered';
import { walkIfStates, type IfRow } from '../snmp/if-table';
import type { SnmpSession } from '../snmp/session';
import { SYS_LOCATION, SYS_NAME, SYS_OBJECT_ID } from '../snmp/system';
import { cleanText } from '../snmp/text';
import { SIGN_OIDS, signsOf, whyWalkAgain, type AgentSigns, type Asked } from './agent-signs';
import { sameInterfaces, type KnownDevice } from './known-device';
import {
  askedNow,
  conversation,
  describeInterfaces,
  describeSystem,
  walkInFull,
  type DeviceWalk,
  type Walker,
  type WalkTarget,
} from './walk-device';

/**
 * Why a refresh became a full walk: the agent started anew, it says that its table changed, it has other interfaces, or
 * it is another one.
 */
export const ESCALATIONS = ['restart', 'table_changed', 'other_interfaces', 'other_agent'] as const;
export type Escalation = (typeof ESCALATIONS)[number];

/**
 * Reads what may change without a change of the table: names of the system, aliases and states. The rest is taken as
 * known as long as every sign says that the agent and its table are the same; else the device is walked in full at once.
 * Rejects like walkDevice.
 */
export function refreshDevice(
  walker: Walker,
  target: WalkTarget,
  known: KnownDevice
): Promise<DeviceWalk & { escalation?: Escalation }> {
  return conversation(walker, target, async (session, auth) => {
    const seen = await look(session, askedNow(walker, target), known);
    if (typeof seen === 'string') {
      return { ...(await walkInFull(walker, target, { session, auth }, known)), escalation: seen };
    }
    return {
      scope: 'light' as const,
      complete: true,
      auth,
      system: describeSystem(walker, { ...known.system, ...seen.names }),
      interfaces: describeInterfaces(seen.rows, walker.classify, target.type, []),
      stackRead: false,
      signs: seen.signs,
    };
  });
}

interface Seen {
  signs: AgentSigns;
  names: Pick<DiscoveredSystem, 'sysName' | 'sysLocation'>;
  rows: IfRow[];
}

/** What a light look shows, or why it is not enough. */
async function look(session: SnmpSession, asked: Asked, known: KnownDevice): Promise<Seen | Escalation> {
  const values = await session.get([SYS_OBJECT_ID, SYS_NAME, SYS_LOCATION, ...SIGN_OIDS]);
  const signs = signsOf(values, asked);
  const why = whyWalkAgain(known.signs, signs);
  if (why) {
    return why;
  }
  if ((values.get(SYS_OBJECT_ID)?.value ?? '') !== known.system.sysObjectID) {
    return 'other_agent';
  }
  const rows = sameInterfaces(await walkIfStates(session), known.interfaces);
  if (!rows) {
    return 'other_interfaces';
  }
  const textAt = (oid: string) => cleanText(values.get(oid)?.value);
  return { signs, names: { sysName: textAt(SYS_NAME), sysLocation: textAt(SYS_LOCATION) }, rows };
}
