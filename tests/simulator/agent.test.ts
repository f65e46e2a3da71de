import { answer } from './agent';
import { TAG } from './ber-reader';
import { SimulatedDevice } from './device';
import { makeFleet } from './fleet';
import { tableOf } from './if-mib';
import { decodeRequest, PDU } from './message';
import { compareArcs, parseOid } from './oid-table';
import { decodeResponse, encodeRequest, type Question } from './wire';

const NOW = Date.UTC(2026, 2, 4, 12) / 1_000;
const [promise] = makeFleet({ devices: 1, interfaces: 40 }).devices;
const device = new SimulatedDevice(promise!, 1, NOW);
const table = tableOf(device);

const ask = (question: Question) => {
  const bytes = answer(table, decodeRequest(encodeRequest(question)));
  return { ...decodeResponse(bytes), size: bytes.length };
};

const SYS_DESCR = '1.3.6.1.2.1.1.1.0';
const IF_HC_IN = '1.3.6.1.2.1.31.1.1.1.6';
const IF_TABLE = '1.3.6.1.2.1.2.2.1';
const IFX_TABLE = '1.3.6.1.2.1.31.1.1.1';

/** snmpEngineTime, the last object that an agent has. */
const ENGINE_TIME = '1.3.6.1.6.3.10.2.1.3.0';

/** SNMPv2-MIB::system and IF-MIB; the others differ by vendor. */
const aboutInterfaces = (oid: string) => /^1\.3\.6\.1\.2\.1\.(1|2|31)\./.test(oid);

function walk(version: 0 | 1): { oid: string; tag: number }[] {
  const seen: { oid: string; tag: number }[] = [];
  let at = '1.3';
  for (;;) {
    const reply = ask({ version, pdu: PDU.getNext, oids: [at] });
    const [varbind] = reply.varbinds;
    if (reply.errorStatus !== 0 || varbind!.tag === TAG.endOfMibView) {
      return seen;
    }
    seen.push(varbind!);
    at = varbind!.oid;
  }
}

describe('a walk', () => {
  const v2 = walk(1);

  it('rises strictly and covers system, ifNumber, all columns of ifTable and ifXTable, ifTableLastChange', () => {
    for (let i = 1; i < v2.length; i++) {
      expect(compareArcs(parseOid(v2[i - 1]!.oid), parseOid(v2[i]!.oid))).toBeLessThan(0);
    }
    expect(v2.filter(({ oid }) => aboutInterfaces(oid))).toHaveLength(7 + 1 + 22 * 40 + 19 * 40 + 1);
    const columns = new Set(v2.map((v) => v.oid.split('.').slice(0, -1).join('.')));
    for (let n = 1; n <= 22; n++) {
      expect(columns).toContain(`${IF_TABLE}.${n}`);
    }
    for (let n = 1; n <= 19; n++) {
      expect(columns).toContain(`${IFX_TABLE}.${n}`);
    }
    expect(v2.at(-1)!.oid).toBe(ENGINE_TIME);
  });

  it('by v1 has the same without Counter64 (RFC 3584 section 4.2.2.1)', () => {
    expect(walk(0)).toEqual(v2.filter((v) => v.tag !== TAG.counter64));
  });

  it('by GETBULK brings the same', () => {
    const seen: string[] = [];
    for (let at = '1.3'; ;) {
      const { varbinds, size } = ask({ pdu: PDU.getBulk, second: 50, oids: [at] });
      expect(size).toBeLessThanOrEqual(1_472);
      const rows = varbinds.filter((v) => v.tag !== TAG.endOfMibView);
      seen.push(...rows.map((v) => v.oid));
      if (rows.length < varbinds.length) {
        break;
      }
      at = rows.at(-1)!.oid;
    }
    expect(seen).toEqual(v2.map((v) => v.oid));
  });
});

describe('GET', () => {
  it.each<[string, string, number]>([
    ['a value', SYS_DESCR, TAG.octetString],
    ['an object that is not there', '1.3.6.1.4.1.1.0', TAG.noSuchObject],
    ['an instance that is not there', `${IF_HC_IN}.41`, TAG.noSuchInstance],
    ['a column', IF_HC_IN, TAG.noSuchInstance],
    ['an instance below one', `${IF_HC_IN}.1.0`, TAG.noSuchInstance],
    ['a scalar without instance', '1.3.6.1.2.1.1.1', TAG.noSuchInstance],
    ['a name before everything', '0.0', TAG.noSuchObject],
  ])('of %s', (_, oid, tag) => {
    const reply = ask({ pdu: PDU.get, oids: [oid] });
    expect(reply).toMatchObject({ errorStatus: 0, requestId: 7, community: 'c', version: 1 });
    expect(reply.varbinds).toEqual([expect.objectContaining({ oid, tag })]);
  });

  it.each<[string, string[], number]>([
    ['what is not there', [SYS_DESCR, '1.3.6.1.4.1.1.0'], 2],
    ['a Counter64', [`${IF_HC_IN}.1`, SYS_DESCR], 1],
  ])('by v1 of %s is noSuchName at its index, with the names of the request', (_, oids, index) => {
    const reply = ask({ version: 0, pdu: PDU.get, oids });
    expect(reply).toMatchObject({ version: 0, errorStatus: 2, errorIndex: index });
    expect(reply.varbinds).toEqual(oids.map((oid) => ({ oid, tag: TAG.null, value: null })));
  });

  const many = Array.from({ length: 90 }, (_, n) => `${IFX_TABLE}.10.${(n % 40) + 1}`);
  it('of more than a frame carries is tooBig with no varbinds in v2c (RFC 3416 section 4.2.1)', () => {
    expect(ask({ pdu: PDU.get, oids: many })).toMatchObject({ errorStatus: 1, errorIndex: 0, varbinds: [] });
  });

  it('of more than a frame carries is tooBig with the names of the request in v1 (RFC 1157 section 4.1.2)', () => {
    const wide = Array.from({ length: 90 }, () => SYS_DESCR);
    const reply = ask({ version: 0, pdu: PDU.get, oids: wide });
    expect(reply).toMatchObject({ errorStatus: 1, errorIndex: 0 });
    expect(reply.varbinds.map((v) => v.oid)).toEqual(wide);
  });

  it('fills a frame to the last octet that fits', () => {
    let last = ask({ pdu: PDU.get, oids: many.slice(0, 1) });
    for (let n = 2; last.errorStatus === 0; n++) {
      const reply = ask({ pdu: PDU.get, oids: many.slice(0, n) });
      if (reply.errorStatus !== 0) {
        break;
      }
      last = reply;
    }
    expect(last.size).toBeGreaterThan(1_400);
    expect(last.size).toBeLessThanOrEqual(1_472);
  });
});

describe('GETNEXT', () => {
  it('past the end is endOfMibView under the name of the request', () => {
    const reply = ask({ pdu: PDU.getNext, oids: ['1.4'] });
    expect(reply.varbinds).toEqual([{ oid: '1.4', tag: TAG.endOfMibView, value: null }]);
  });

  it('past the end is noSuchName in v1', () => {
    expect(ask({ version: 0, pdu: PDU.getNext, oids: ['1.4'] })).toMatchObject({ errorStatus: 2, errorIndex: 1 });
  });

  it.each([
    ['from a column', IF_HC_IN, `${IF_HC_IN}.1`],
    ['from a row', `${IF_HC_IN}.39`, `${IF_HC_IN}.40`],
    ['from the last row of a column', `${IF_HC_IN}.40`, `${IFX_TABLE}.7.1`],
    ['from between two rows', `${IF_HC_IN}.3.5`, `${IF_HC_IN}.4`],
    ['from below a scalar', '1.3.6.1.2.1.1.1.0.9', '1.3.6.1.2.1.1.2.0'],
    ['from the very beginning', '0.0', SYS_DESCR],
  ])('%s', (_, from, to) => {
    expect(ask({ pdu: PDU.getNext, oids: [from] }).varbinds[0]!.oid).toBe(to);
  });
});

describe('GETBULK', () => {
  it('takes non-repeaters once and the others in rows (RFC 3416 section 4.2.3)', () => {
    const oids = ['1.3.6.1.2.1.1.3', `${IFX_TABLE}.1`, `${IFX_TABLE}.6`];
    const reply = ask({ pdu: PDU.getBulk, first: 1, second: 3, oids });
    expect(reply.varbinds.map((v) => v.oid)).toEqual([
      '1.3.6.1.2.1.1.3.0',
      `${IFX_TABLE}.1.1`,
      `${IFX_TABLE}.6.1`,
      `${IFX_TABLE}.1.2`,
      `${IFX_TABLE}.6.2`,
      `${IFX_TABLE}.1.3`,
      `${IFX_TABLE}.6.3`,
    ]);
  });

  it('cuts the list where the frame is full', () => {
    const reply = ask({ pdu: PDU.getBulk, second: 40, oids: [1, 6, 10, 18].map((n) => `${IFX_TABLE}.${n}`) });
    expect(reply.errorStatus).toBe(0);
    expect(reply.varbinds.length).toBeLessThan(160);
    expect(reply.size).toBeGreaterThan(1_400);
    expect(reply.size).toBeLessThanOrEqual(1_472);
  });

  it('stops after the row in which all have ended', () => {
    const reply = ask({ pdu: PDU.getBulk, second: 20, oids: ['1.3.6.1.6.3.10.2.1.2.0'] });
    expect(reply.varbinds.map((v) => [v.oid, v.tag])).toEqual([
      [ENGINE_TIME, TAG.integer],
      [ENGINE_TIME, TAG.endOfMibView],
    ]);
  });

  it.each([
    [0, 0],
    [-1, -1],
    [5, 0],
  ])('with %i non-repeaters and %i repetitions of no more than there is answers calmly', (first, second) => {
    const reply = ask({ pdu: PDU.getBulk, first, second, oids: [IF_HC_IN] });
    expect(reply.varbinds).toHaveLength(first > 0 ? 1 : 0);
  });
});

describe('SET', () => {
  it.each<[0 | 1, number]>([
    [1, 17],
    [0, 2],
  ])('in version %i is refused with %i', (version, errorStatus) => {
    expect(ask({ version, pdu: PDU.set, oids: [SYS_DESCR] })).toMatchObject({ errorStatus, errorIndex: 1 });
  });
});

it('a device without interfaces has of them the scalars alone', () => {
  const bare = tableOf(new SimulatedDevice({ ...promise!, interfaces: [] }, 1, NOW));
  const request = decodeRequest(encodeRequest({ pdu: PDU.getBulk, second: 60, oids: ['1.3'] }));
  const { varbinds } = decodeResponse(answer(bare, request));
  expect(varbinds.filter(({ oid }) => aboutInterfaces(oid))).toHaveLength(9);
});
