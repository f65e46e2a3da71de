import { decodeReply, Reply, responseId } from './reply';
import { oidsOf, renderGet } from './request';

const OIDS = ['1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.31.1.1.1.6.2147483648', '1.3.6.1.2.1.2.2.1.8.7'];
const COMMUNITY = 'branch-7';
const ID = 0x40010002;

const tlv = (tag: number, ...parts: (Buffer | number[])[]): Buffer => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const { length } = content;
  const header =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(header), content]);
};
const int = (value: number) =>
  tlv(2, value > 0xff ? [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255] : [value]);
const request = renderGet(COMMUNITY, OIDS);
const oidBytes = OIDS.map((_, i) => request.packet.subarray(request.oidFrom[i], request.oidTo[i]));

interface Shape {
  version?: number;
  community?: string;
  pdu?: number;
  id?: number;
  status?: number;
  values?: Buffer[];
  oids?: Buffer[];
}

const GOOD = [tlv(0x43, [0, 0xff, 0xff, 0xff, 0xff]), tlv(0x46, [0x01, 0, 0, 0, 5]), tlv(2, [7])];

function reply({
  version = 1,
  community = COMMUNITY,
  pdu = 0xa2,
  id = ID,
  status = 0,
  values = GOOD,
  oids = oidBytes,
}: Shape = {}): Buffer {
  const varbinds = values.map((value, i) => tlv(0x30, oids[i]!, value));
  return tlv(
    0x30,
    [2, 1, version],
    tlv(4, Buffer.from(community)),
    tlv(pdu, int(id), [2, 1, status], [2, 1, 0], tlv(0x30, ...varbinds))
  );
}

function decode(packet: Buffer) {
  const values = { numbers: new Float64Array(OIDS.length).fill(-1), octets: [] as (Buffer | undefined)[] };
  return { taken: decodeReply(packet, request, values), ...values };
}

describe('rendered GET', () => {
  test('is the message of RFC 3416, byte by byte', () => {
    const packet = Buffer.from(renderGet('public', ['1.3.6.1.2.1.1.3.0']).packet);
    expect(packet.toString('hex')).toBe(
      '302902010104067075626c6963a01c020440000000020100020100300e300c06082b060102010103000500'
    );
  });

  test('lies in memory of its own, and shares the places of its objects with requests of the same shape', () => {
    const like = renderGet('branch-8', OIDS);
    expect(like.packet.buffer.byteLength).toBe(like.packet.length);
    expect(like.oidFrom).toBe(request.oidFrom);
    expect(renderGet('branch-10', OIDS).oidFrom).not.toBe(request.oidFrom);
    expect(oidsOf(renderGet('branch-10', OIDS))).toEqual(OIDS);
  });

  test('gives its OIDs back', () => {
    expect(oidsOf(request)).toEqual(OIDS);
    expect(oidsOf(renderGet('x', ['0.0', '1.3', '2.100.3']))).toEqual(['0.0', '1.3', '2.100.3']);
  });

  test('carries its id where it says', () => {
    const packet = Buffer.from(request.packet);
    packet.writeUInt32BE(ID, request.idAt);
    packet[packet.indexOf(0xa0)] = 0xa2;
    expect(responseId(packet)).toBe(ID);
  });

  test.each(['1', '1.x.3', '1.3.-1', '1.3.4294967296'])('refuses %s', (oid) => {
    expect(() => renderGet('public', [oid])).toThrow(`"${oid}" is no object identifier`);
  });
});

describe('id of a response', () => {
  test.each([
    ['version 2c', reply(), ID],
    ['version 1', reply({ version: 0 }), -1],
    ['version 3', reply({ version: 3 }), -1],
    ['a request', reply({ pdu: 0xa0 }), -1],
    ['a short id is not ours', reply({ id: 5 }), -1],
    ['no SNMP', Buffer.from('GET / HTTP/1.1\r\nHost: agent\r\n'), -1],
    ['nothing', Buffer.alloc(0), -1],
  ])('%s', (_name, packet, expected) => {
    expect(responseId(packet)).toBe(expected);
  });
});

describe('values of a reply', () => {
  test('numbers straight from the packet', () => {
    const { taken, numbers } = decode(reply());
    expect(taken).toBe(Reply.Values);
    expect([...numbers]).toEqual([4294967295, 2 ** 32 + 5, 7]);
  });

  test.each([
    ['INTEGER -1', tlv(2, [0xff]), -1],
    ['INTEGER -129', tlv(2, [0xff, 0x7f]), -129],
    ['Counter32 without the leading zero', tlv(0x41, [0xff, 0xff, 0xff, 0xff]), 4294967295],
    [
      'Counter64 of nine bytes wraps at 2^53',
      tlv(0x46, [0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
      Number.MAX_SAFE_INTEGER,
    ],
    ['Counter64 2^53', tlv(0x46, [0x20, 0, 0, 0, 0, 0, 0]), 0],
    ['noSuchObject', tlv(0x80), Number.NaN],
    ['noSuchInstance', tlv(0x81), Number.NaN],
    ['endOfMibView', tlv(0x82), Number.NaN],
    ['NULL', tlv(5), Number.NaN],
    ['an OID', tlv(6, [0x2b]), Number.NaN],
  ])('%s', (_name, value, expected) => {
    const { taken, numbers, octets } = decode(reply({ values: [GOOD[0]!, GOOD[1]!, value] }));
    expect(taken).toBe(Reply.Values);
    expect(numbers[2]).toBe(expected);
    expect(octets[2]).toBeUndefined();
  });

  test('text is handed on as bytes', () => {
    const { numbers, octets } = decode(reply({ values: [GOOD[0]!, GOOD[1]!, tlv(4, Buffer.from('ether1'))] }));
    expect(octets[2]?.toString()).toBe('ether1');
    expect(numbers[2]).toBeNaN();
  });

  test('octets are the same Buffer while their bytes are, of their own memory, and gone when they are not sent', () => {
    const values = { numbers: new Float64Array(OIDS.length), octets: [] as (Buffer | undefined)[] };
    const take = (value: Buffer) => {
      const packet = reply({ values: [GOOD[0]!, GOOD[1]!, value] });
      expect(decodeReply(packet, request, values)).toBe(Reply.Values);
      packet.fill(0);
      return values.octets[2];
    };
    const first = take(tlv(4, Buffer.from('ether1')));
    expect(take(tlv(4, Buffer.from('ether1')))).toBe(first);
    expect(take(tlv(4, Buffer.from('ether12')))?.toString()).toBe('ether12');
    expect(first?.toString()).toBe('ether1');
    expect(take(tlv(4))?.length).toBe(0);
    expect(take(tlv(0x81))).toBeUndefined();
    expect(take(tlv(4, Buffer.from('ether1')))?.toString()).toBe('ether1');
    expect(take(GOOD[2]!)).toBeUndefined();
  });

  test.each([
    ['another community', reply({ community: 'branch-8' }), Reply.Misfit],
    ['a longer community', reply({ community: 'branch-77' }), Reply.Misfit],
    ['an error status', reply({ status: 1 }), Reply.ErrorStatus],
    ['one value too few', reply({ values: GOOD.slice(0, 2) }), Reply.Misfit],
    ['OIDs in another order', reply({ oids: [oidBytes[1]!, oidBytes[0]!, oidBytes[2]!] }), Reply.Misfit],
    ['bytes behind the end', Buffer.concat([reply(), Buffer.alloc(3)]), Reply.Misfit],
    ['an INTEGER without content', reply({ values: [GOOD[0]!, GOOD[1]!, tlv(2)] }), Reply.Misfit],
    ['a Counter64 of ten bytes', reply({ values: [GOOD[0]!, tlv(0x46, Buffer.alloc(10)), GOOD[2]!] }), Reply.Misfit],
  ])('refused: %s', (_name, packet, expected) => {
    expect(decode(packet).taken).toBe(expected);
  });

  test('a packet cut anywhere is refused, never taken for less', () => {
    const whole = reply();
    for (let length = 0; length < whole.length; length += 1) {
      const cut = whole.subarray(0, length);
      expect([length, responseId(cut) === ID && decode(cut).taken === Reply.Values]).toEqual([length, false]);
    }
  });

  test('a packet with any byte changed is refused or carries well-formed values', () => {
    const whole = reply();
    for (let at = 0; at < whole.length; at += 1) {
      for (const byte of [0x00, 0x7f, 0x80, 0x84, 0xff]) {
        const changed = Buffer.from(whole);
        changed[at] = byte;
        if (responseId(changed) !== ID) {
          continue;
        }
        const { taken, numbers } = decode(changed);
        expect(taken !== Reply.Values || numbers.every((n) => Number.isNaN(n) || Number.isSafeInteger(n))).toBe(true);
      }
    }
  });
});
