import { BerError, BerReader, TAG } from './ber-reader';
import { BerWriter, encodeArcs, type Value } from './ber-writer';
import { decodeRequest } from './message';
import { encodeRequest } from './wire';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function written(write: (w: BerWriter) => void): string {
  const writer = new BerWriter(2_000);
  write(writer);
  return hex(writer.bytes.subarray(0, writer.offset));
}

describe('values on the wire', () => {
  it.each<[string, Value, string]>([
    ['INTEGER 0', { tag: TAG.integer, value: 0 }, '020100'],
    ['INTEGER 127', { tag: TAG.integer, value: 127 }, '02017f'],
    ['INTEGER 128', { tag: TAG.integer, value: 128 }, '02020080'],
    ['INTEGER -1', { tag: TAG.integer, value: -1 }, '0201ff'],
    ['INTEGER -129', { tag: TAG.integer, value: -129 }, '0202ff7f'],
    ['INTEGER 8388608', { tag: TAG.integer, value: 0x80_0000 }, '020400800000'],
    ['INTEGER 2^31-1', { tag: TAG.integer, value: 0x7fff_ffff }, '02047fffffff'],
    ['INTEGER -2^31', { tag: TAG.integer, value: -0x8000_0000 }, '020480000000'],
    ['Counter32 0', { tag: TAG.counter32, value: 0 }, '410100'],
    ['Counter32 255', { tag: TAG.counter32, value: 255 }, '410200ff'],
    ['Counter32 2^32-1', { tag: TAG.counter32, value: 0xffff_ffff }, '410500ffffffff'],
    ['Gauge32 10^9', { tag: TAG.gauge32, value: 1_000_000_000 }, '42043b9aca00'],
    ['TimeTicks 300', { tag: TAG.timeTicks, value: 300 }, '4302012c'],
    ['Counter64 2^32', { tag: TAG.counter64, value: 0x1_0000_0000 }, '46050100000000'],
    ['Counter64 2^39', { tag: TAG.counter64, value: 2 ** 39 }, '4606008000000000'],
    ['Counter64 2^53-1', { tag: TAG.counter64, value: 2 ** 53 - 1 }, '46071fffffffffffff'],
    ['OCTET STRING', { tag: TAG.octetString, value: Buffer.from('ab') }, '04026162'],
    ['OCTET STRING of 200', { tag: TAG.octetString, value: Buffer.alloc(200) }, `0481c8${'00'.repeat(200)}`],
    ['OID', { tag: TAG.oid, value: [1, 3, 6, 1, 4, 1, 14988, 1] }, '06082b06010401f50c01'],
    ['OID 0.0', { tag: TAG.oid, value: [0, 0] }, '060100'],
    ['an arc of 32 bit', { tag: TAG.oid, value: [1, 3, 0xffff_ffff] }, '06062b8fffffff7f'],
    ['endOfMibView', { tag: TAG.endOfMibView, value: null }, '8200'],
  ])('%s', (_, value, expected) => {
    expect(written((w) => w.value(value))).toBe(expected);
    const reader = new BerReader(Buffer.from(expected, 'hex'));
    if (value.tag === TAG.integer) {
      expect(reader.integer()).toBe(value.value);
    } else if (value.tag === TAG.oid) {
      expect(reader.oid()).toEqual(value.value);
    } else {
      reader.skip();
    }
    expect(reader.done).toBe(true);
  });

  it.each([10, 120, 121, 200, 248, 249, 600])(
    'a varbind around a text of %i octets has the shortest length',
    (size) => {
      const text = Buffer.alloc(size, 'x');
      const bytes = written((w) =>
        w.varbind(encodeArcs([1, 3, 6], true), encodeArcs([300], false), { tag: 4, value: text })
      );
      const varbind = new BerReader(Buffer.from(bytes, 'hex')).enter(TAG.sequence);
      expect(varbind.oid()).toEqual([1, 3, 6, 300]);
      expect(hex(varbind.octets())).toBe(hex(text));
      expect(varbind.done).toBe(true);
      const content = bytes.length / 2;
      const header = Number.parseInt(bytes.slice(2, 4), 16);
      expect(header).toBe(content - 2 < 0x80 ? content - 2 : content - 3 < 0x100 ? 0x81 : 0x82);
    }
  );
});

describe('a request', () => {
  it('comes through as it was sent', () => {
    const oids = ['1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.31.1.1.1.6.4294967295'];
    const bytes = encodeRequest({ pdu: 0xa5, community: 'x'.repeat(150), requestId: -5, first: 1, second: 25, oids });
    const request = decodeRequest(bytes);
    expect(request).toMatchObject({ version: 1, pdu: 0xa5, requestId: -5, first: 1, second: 25 });
    expect(request.names.map((n) => n.join('.'))).toEqual(oids);
    expect(Buffer.from(request.community).toString()).toBe('x'.repeat(150));
  });

  const good = encodeRequest({ pdu: 0xa0, oids: ['1.3.6.1.2.1.1.1.0'] });
  const edited = (at: number, octet: number) => {
    const bytes = Buffer.from(good);
    bytes[at] = octet;
    return bytes;
  };

  it.each<[string, Uint8Array, string]>([
    ['nothing', Buffer.alloc(0), 'ends at octet 0'],
    ['another tag', edited(0, 0x31), 'tag 0x31 at octet 0, expected 0x30'],
    ['v3', edited(4, 3), 'version 3, expected 0 (v1) or 1 (v2c)'],
    ['a response', edited(8, 0xa2), 'PDU 0xa2 is no request of this version'],
    ['GETBULK in v1', encodeRequest({ version: 0, pdu: 0xa5, oids: [] }), 'PDU 0xa5 is no request of this version'],
    ['a length beyond the end', edited(1, 0x7f), 'value of 127 octets at 2'],
    ['an indefinite length', edited(1, 0x80), 'length of 0 octets at 1'],
    ['half of it', good.subarray(0, 20), 'but only 18 are there'],
    ['an INTEGER of no octets', Buffer.from('30020200', 'hex'), 'INTEGER of 0 octets'],
    ['an INTEGER of 5 octets', Buffer.from('300702050000000000', 'hex'), 'INTEGER of 5 octets'],
  ])('of %s is refused', (_, bytes, message) => {
    expect(() => decodeRequest(bytes)).toThrow(BerError);
    expect(() => decodeRequest(bytes)).toThrow(message);
  });

  it.each([
    ['that stops in an arc', '06022b81', 'ends in the middle of an arc'],
    ['of no octets', '0600', 'of no octets'],
    ['with an arc beyond 32 bit', '06062b9fffffff7f', 'arc beyond 32 bit'],
  ])('an OID %s is refused', (_, bytes, message) => {
    expect(() => new BerReader(Buffer.from(bytes, 'hex')).oid()).toThrow(message);
  });

  it('cut off anywhere throws BerError and nothing else', () => {
    for (let length = 0; length < good.length; length++) {
      expect(() => decodeRequest(good.subarray(0, length))).toThrow(BerError);
    }
  });
});
