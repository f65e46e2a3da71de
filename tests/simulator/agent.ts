import { TAG } from './ber-reader';
import { BerWriter, encodeArcs, type Value } from './ber-writer';
import { encodeResponse, ERROR_STATUS, overhead, PDU, type Request } from './message';
import type { Instance, OidTable } from './oid-table';

/** Largest UDP payload that an Ethernet frame carries whole: 1500 - 20 (IPv4) - 8 (UDP). */
export const REPLY_LIMIT = 1472;

const NOTHING = new Uint8Array(0);
/** One agent answers at a time in a process, so all share the place where variable bindings are laid out. */
const scratch = new BerWriter(128 * 1024);

/** The answer of an agent that has these objects, to a request whose community was right (RFC 3416, RFC 1157). */
export function answer<S>(table: OidTable<S>, request: Request, limit = REPLY_LIMIT): Buffer {
  const room = limit - overhead(request.community);
  scratch.offset = 0;
  switch (request.pdu) {
    case PDU.get:
      return getOrNext(table, request, room, (name) => lookup(table, name));
    case PDU.getNext:
      return getOrNext(table, request, room, (name) => after(table, name, request.version));
    case PDU.getBulk:
      return bulk(table, request, room);
    default:
      // Nothing here can be set. v1 says so with noSuchName (RFC 1157 section 4.1.5).
      return request.version === 0
        ? encodeResponse(request, ERROR_STATUS.noSuchName, 1, request.varbinds)
        : encodeResponse(request, ERROR_STATUS.notWritable, 1, request.varbinds);
  }
}

type Found = Instance | 'noSuchObject' | 'noSuchInstance' | 'endOfMibView';

const lookup = <S>(table: OidTable<S>, name: readonly number[]): Found => table.exact(name);

function after<S>(table: OidTable<S>, name: readonly number[], version: number): Found {
  let at = table.after(name);
  while (version === 0 && at && table.entry(at).column.counter64) {
    at = table.next(at);
  }
  return at ?? 'endOfMibView';
}

function getOrNext<S>(
  table: OidTable<S>,
  request: Request,
  room: number,
  find: (name: readonly number[]) => Found
): Buffer {
  for (const [i, name] of request.names.entries()) {
    const found = find(name);
    if (request.version === 0 && (typeof found === 'string' || table.entry(found).column.counter64)) {
      return encodeResponse(request, ERROR_STATUS.noSuchName, i + 1, request.varbinds);
    }
    write(table, name, found);
    if (scratch.offset > room) {
      // v1 returns the request's own list (RFC 1157 section 4.1.2), v2c an empty one (RFC 3416 section 4.2.1).
      return encodeResponse(request, ERROR_STATUS.tooBig, 0, request.version === 0 ? request.varbinds : NOTHING);
    }
  }
  return finish(request);
}

/** As many repetitions as fit: the list is cut off in front of the binding that would be too much. */
function bulk<S>(table: OidTable<S>, request: Request, room: number): Buffer {
  const nonRepeaters = Math.min(Math.max(request.first, 0), request.names.length);
  for (const name of request.names.slice(0, nonRepeaters)) {
    if (!writeWithin(table, name, table.after(name) ?? 'endOfMibView', room)) {
      return finish(request);
    }
  }
  const names = request.names.slice(nonRepeaters);
  const places = names.map((name) => table.after(name));
  const last = names.slice();
  for (let repetition = 0; repetition < Math.max(request.second, 0) && names.length > 0; repetition++) {
    let ended = true;
    for (let i = 0; i < places.length; i++) {
      const at = places[i];
      if (!writeWithin(table, last[i] as number[], at ?? 'endOfMibView', room)) {
        return finish(request);
      }
      if (at) {
        ended = false;
        const following = table.next(at);
        if (!following) {
          // From here on the binding repeats the last name of the view with endOfMibView.
          last[i] = table.name(at);
        }
        places[i] = following;
      }
    }
    if (ended) {
      break;
    }
  }
  return finish(request);
}

function writeWithin<S>(table: OidTable<S>, name: readonly number[], found: Found, room: number): boolean {
  const start = scratch.offset;
  write(table, name, found);
  if (scratch.offset > room) {
    scratch.offset = start;
    return false;
  }
  return true;
}

function write<S>(table: OidTable<S>, name: readonly number[], found: Found): void {
  if (typeof found === 'string') {
    scratch.varbind(encodeArcs(name, true), NOTHING, EXCEPTION[found]);
    return;
  }
  const { column, rows } = table.entry(found);
  scratch.varbind(column.prefix, rows.encoded[found.row] as Uint8Array, column.read(table.source, found.row));
}

const EXCEPTION: Record<'noSuchObject' | 'noSuchInstance' | 'endOfMibView', Value> = {
  noSuchObject: { tag: TAG.noSuchObject, value: null },
  noSuchInstance: { tag: TAG.noSuchInstance, value: null },
  endOfMibView: { tag: TAG.endOfMibView, value: null },
};

const finish = (request: Request): Buffer =>
  encodeResponse(request, ERROR_STATUS.noError, 0, scratch.bytes.subarray(0, scratch.offset));
