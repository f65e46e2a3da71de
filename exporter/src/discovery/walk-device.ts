import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DiscoveredInterface, DiscoveredSystem } from '../model/discovered';
import { fingerprint } from '../model/fingerprint';
import { walkIfStack, type IfLayer } from '../snmp/if-stack';
import { readIfTable, type IfRow } from '../snmp/if-table';
import { resolveNames } from '../snmp/interface-name';
import { SnmpError, type SnmpSession } from '../snmp/session';
import { readSystem, type SystemGroup } from '../snmp/system';
import { readSigns, type AgentSigns, type Asked } from './agent-signs';
import { chooseAuth, type AuthGround } from './choose-auth';
import type { Classifier } from './classify/classify';
import { interfaceParents } from './interface-parents';
import { withKnownNames, type KnownDevice } from './known-device';

/** Whom to walk. */
export interface WalkTarget {
  id: string;
  /** IP literal or DNS name. */
  address: string;
  snmpPort: number;
  /** Name of an entry under `auths:`, or `auto`. */
  auth: string;
  /** For `auto`: the one that answered last. */
  authFound?: string | null;
  type: string;
}

export interface DeviceWalk {
  /** Everything was walked, or only what may change without a change of the table. */
  scope: 'full' | 'light';
  /** False: the table broke off, so that what is absent may be there all the same. */
  complete: boolean;
  /** Name of the credential that answered. */
  auth: string;
  system: DiscoveredSystem;
  interfaces: DiscoveredInterface[];
  /** False: ifStackTable was not read, so that a parent which it once told still holds. */
  stackRead: boolean;
  /** Read before the tables: a change while they are walked is seen next time. */
  signs: AgentSigns;
}

/** What every walk needs; one for all of them. */
export interface Walker extends AuthGround {
  classify: Classifier;
  /** Names of the SNMP modules that are polled of such a device; absent: none are. */
  modulesOf?: (system: Pick<SystemGroup, 'sysObjectID' | 'sysDescr'>) => readonly string[];
  /** Unix ms. */
  now?: () => number;
}

/** Far beyond what a slow box with a large table takes: an agent that drips must not hold its place for ever. */
const LONGEST_MS = 10 * 60_000;
/** IANAifType softwareLoopback. */
const LOOPBACK = 24;

/**
 * Asks a device who it is and which interfaces it has, what lies on what, and classifies them. Rejects with SnmpError
 * and nothing else: reason auth also for a credential that the configuration does not have.
 */
export function walkDevice(walker: Walker, target: WalkTarget, known?: KnownDevice): Promise<DeviceWalk> {
  return conversation(walker, target, (session, auth) => walkInFull(walker, target, { session, auth }, known));
}

/** Finds the credential and runs one session with it. */
export async function conversation<T>(
  walker: Walker,
  target: WalkTarget,
  work: (session: SnmpSession, auth: string) => Promise<T>
): Promise<T> {
  const ip = await resolveAddress(target);
  const auth = await chooseAuth(walker, { ...target, ip });
  const session = walker.engine.open({
    address: ip,
    port: target.snmpPort,
    auth: walker.auths[auth]!,
    timeoutMs: walker.timeoutMs,
    retries: walker.retries,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new SnmpError('tooslow', tooSlow(target))), LONGEST_MS);
  });
  try {
    return await Promise.race([work(session, auth), late]);
  } finally {
    clearTimeout(timer);
    session.close();
  }
}

const tooSlow = ({ id, address }: WalkTarget) =>
  `the walk of device ${id} at ${address} did not end within ${LONGEST_MS / 60_000} minutes`;

export async function walkInFull(
  walker: Walker,
  target: WalkTarget,
  { session, auth }: { session: SnmpSession; auth: string },
  known?: KnownDevice
): Promise<DeviceWalk> {
  const system = await readSystem(session);
  const signs = await readSigns(session, askedNow(walker, target));
  const table = await readIfTable(session);
  const layers = await walkIfStack(session);
  return {
    scope: 'full',
    complete: table.complete,
    auth,
    system: describeSystem(walker, system),
    interfaces: describeInterfaces(
      withKnownNames(table, known?.interfaces ?? []),
      walker.classify,
      target.type,
      layers ?? []
    ),
    stackRead: layers !== null,
    signs,
  };
}

export const askedNow = (walker: Walker, { address, snmpPort }: WalkTarget): Asked => ({
  agent: `${address} ${snmpPort}`,
  at: (walker.now ?? Date.now)(),
});

export function describeSystem(
  walker: Walker,
  { sysDescr, sysObjectID, sysName, sysLocation }: Omit<SystemGroup, 'sysUpTime'>
): DiscoveredSystem {
  const told = { sysDescr, sysObjectID };
  return { ...told, sysName, sysLocation, ...fingerprint(told), modules: walker.modulesOf?.(told) ?? [] };
}

async function resolveAddress(target: WalkTarget): Promise<string> {
  if (isIP(target.address)) {
    return target.address;
  }
  try {
    return (await lookup(target.address)).address;
  } catch (err) {
    const code = (err as NodeJS.ErrnoException).code ?? String(err);
    throw new SnmpError('unreachable', `the name ${target.address} of device ${target.id} does not resolve (${code})`, {
      cause: err,
    });
  }
}

/** Names, classifies and marks the rows of a walk. */
export function describeInterfaces(
  rows: readonly IfRow[],
  classify: Classifier,
  deviceType: string,
  layers: readonly IfLayer[]
): DiscoveredInterface[] {
  const resolved = resolveNames(rows);
  const named = rows.map((row) => {
    const { name, weak } = resolved.get(row.ifIndex) ?? { name: String(row.ifIndex), weak: true };
    return { ...row, name, weak };
  });
  const parents = interfaceParents(named, layers);
  return named.map((row) => {
    const verdict = classify({
      ifAlias: row.ifAlias,
      ifDescr: row.ifDescr,
      ifName: row.ifName || row.name,
      ifType: row.ifType,
      speed: row.speed,
      deviceType,
    });
    const parent = parents.get(row.ifIndex);
    return {
      ifName: row.name,
      weakIdentity: row.weak,
      ifIndex: row.ifIndex,
      ifDescr: row.ifDescr,
      ifAlias: row.ifAlias,
      ifType: row.ifType,
      interfaceType: verdict.interfaceType,
      ispProvider: verdict.ispProvider,
      isCritical: verdict.isCritical,
      // Loopbacks are known and kept, but carry nothing worth a series until an operator says so.
      monitored: row.ifType !== LOOPBACK && verdict.interfaceType !== 'loopback',
      mtu: row.ifMtu ?? null,
      physAddress: row.physAddress,
      adminStatus: row.adminStatus ?? null,
      operStatus: row.operStatus ?? null,
      speed: row.speed ?? null,
      confidence: verdict.confidence,
      source: verdict.source,
      ruleId: verdict.ruleId,
      parentIfName: parent?.ifName ?? '',
      parentSource: parent?.source ?? '',
    };
  });
}
