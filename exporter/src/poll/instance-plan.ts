import type { SnmpModule } from '../modules/snmp-module';
import { oidBytes, requestVarbindBytes } from '../snmp/oid';
import type { PreparedGet, SnmpSession, Varbind } from '../snmp/session';
import { SYS_OBJECT_ID } from '../snmp/system';
import { packCells } from './interface-columns';

/** What a module found when it was walked last, in the order of the answers. */
export interface ModuleInstances {
  module: SnmpModule;
  oids: readonly string[];
  /** That each takes of an answer. */
  bytes: readonly number[];
}

export interface InstanceAnswer {
  /** By OID. */
  found: ReadonlyMap<string, Varbind>;
  /** Unix time in ms at which the last instance of each module came, in the order of the modules. */
  readAt: readonly number[];
  /** As in GetAnswer. */
  atOnce?: number;
}

const COUNTER64 = 0x46;
const OBJECT_ID_BYTES = 20;

/** What the agent answers where `max_repetitions` of a module is not less; the format's own default. */
const USUAL_REPETITIONS = 25;

/** GETs for all known instances of several modules of one device, as few as their answers fit. */
export class InstancePlan {
  private readonly gets: { request: PreparedGet; oids: readonly string[] }[] = [];
  /** Which request completes each module. */
  private readonly completedBy: readonly number[];
  /** Varbinds of the largest request. */
  readonly largest: number;
  /** The agent has answered all of them at least once. */
  proven = false;

  constructor(
    readonly session: SnmpSession,
    readonly modules: readonly ModuleInstances[],
    mostVarbinds: number
  ) {
    // An instance that several modules want, a name of a part for example, is asked for once.
    const bytesOf = new Map([[SYS_OBJECT_ID, requestVarbindBytes(SYS_OBJECT_ID) + OBJECT_ID_BYTES]]);
    for (const { oids, bytes } of modules) {
      oids.forEach((oid, i) => bytesOf.set(oid, bytes[i]!));
    }
    const all = [...bytesOf.keys()];
    const cells = [...bytesOf].map(([oid, bytes]) => [{ oid, bytes }]);
    const requestOf = new Map<string, number>();
    let from = 0;
    for (const end of packCells(cells, Math.min(mostVarbinds, ...modules.map(mostAtOnce)))) {
      const oids = all.slice(from, end);
      oids.forEach((oid) => requestOf.set(oid, this.gets.length));
      this.gets.push({ request: session.prepare(oids), oids });
      from = end;
    }
    this.completedBy = modules.map(({ oids }) => Math.max(...oids.map((oid) => requestOf.get(oid)!)));
    this.largest = Math.max(...this.gets.map(({ oids }) => oids.length));
  }

  /** One request after the other: an agent that is busy with one is not helped by the next. @throws SnmpError */
  async read(now: () => number): Promise<InstanceAnswer> {
    const found = new Map<string, Varbind>();
    const answeredAt: number[] = [];
    let atOnce = Infinity;
    for (const { request, oids } of this.gets) {
      const answer = await request.varbinds(oids);
      answeredAt.push(now());
      for (const varbind of answer.varbinds) {
        if (varbind) {
          found.set(varbind.oid, varbind);
        }
      }
      atOnce = Math.min(atOnce, answer.atOnce ?? Infinity);
    }
    this.proven = true;
    const readAt = this.completedBy.map((request) => answeredAt[request]!);
    return { found, readAt, ...(Number.isFinite(atOnce) && { atOnce }) };
  }
}

/** Bytes of the variable in an answer. */
export function answerBytes({ oid, type, value }: Varbind): number {
  return requestVarbindBytes(oid) + valueBytes(type, value);
}

/** Of a number that may grow as many as its type can have, of a text those that it has. */
function valueBytes(type: number, value: Varbind['value']): number {
  if (typeof value === 'number') {
    // The tags of floats are longer than an octet: they stand inside an Opaque, with tag and length of their own.
    return type > 0xff ? 3 + 8 : type === COUNTER64 ? 9 : 5;
  }
  if (typeof value === 'string') {
    return oidBytes(value);
  }
  return value.length + (value.length < 0x80 ? 0 : 2);
}

function mostAtOnce({ module: { maxRepetitions } }: ModuleInstances): number {
  return maxRepetitions > 0 && maxRepetitions < USUAL_REPETITIONS ? maxRepetitions : Infinity;
}
