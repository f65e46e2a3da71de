import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DiscoveredInterface, DiscoveredSystem } from '../model/discovered';
import type { SnmpAuth } from '../model/snmp-auth';
import { walkIfTable, type IfRow } from '../snmp/if-table';
import { resolveNames } from '../snmp/interface-name';
import { SnmpError, type SnmpEngine } from '../snmp/session';
import { readSystem } from '../snmp/system';
import type { Classifier } from './classify/classify';
import { fingerprint } from '../model/fingerprint';

/** Whom to walk. */
export interface WalkTarget {
  id: string;
  /** IP literal or DNS name. */
  address: string;
  snmpPort: number;
  /** Name of an entry under `auths:`. */
  auth: string;
  type: string;
}

export interface DeviceWalk {
  system: DiscoveredSystem;
  interfaces: DiscoveredInterface[];
}

/** What every walk needs; one for all of them. */
export interface Walker {
  engine: SnmpEngine;
  auths: Readonly<Record<string, SnmpAuth>>;
  classify: Classifier;
  /** Per attempt. */
  timeoutMs: number;
  /** Attempts after the first. */
  retries: number;
}

/** IANAifType softwareLoopback. */
const LOOPBACK = 24;

/**
 * Asks a device who it is and which interfaces it has, and classifies them. Rejects with SnmpError and nothing else:
 * reason auth also for a credential that the configuration does not have.
 */
export async function walkDevice(walker: Walker, target: WalkTarget): Promise<DeviceWalk> {
  const auth = walker.auths[target.auth];
  if (!auth) {
    throw new SnmpError(
      'auth',
      `device ${target.id} names the auth ${JSON.stringify(target.auth)}, which is not under auths: in the configuration; known are ${Object.keys(walker.auths).join(', ') || 'none'}`
    );
  }
  const session = walker.engine.open({
    address: await resolveAddress(target),
    port: target.snmpPort,
    auth,
    timeoutMs: walker.timeoutMs,
    retries: walker.retries,
  });
  try {
    const system = await readSystem(session);
    const rows = await walkIfTable(session);
    const { sysDescr, sysObjectID, sysName, sysLocation } = system;
    return {
      system: { sysDescr, sysObjectID, sysName, sysLocation, ...fingerprint(system) },
      interfaces: describeInterfaces(rows, walker.classify, target.type),
    };
  } finally {
    session.close();
  }
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
  deviceType: string
): DiscoveredInterface[] {
  const names = resolveNames(rows);
  return rows.map((row) => {
    const resolved = names.get(row.ifIndex);
    const ifName = resolved?.name ?? String(row.ifIndex);
    const verdict = classify({
      ifAlias: row.ifAlias,
      ifDescr: row.ifDescr,
      ifName: row.ifName || ifName,
      ifType: row.ifType,
      deviceType,
    });
    return {
      ifName,
      weakIdentity: resolved?.weak ?? true,
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
    };
  });
}
