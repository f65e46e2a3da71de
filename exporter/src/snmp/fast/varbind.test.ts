import { OPAQUE_DOUBLE, OPAQUE_FLOAT } from '../decode';
import { Reply, decodeReply } from './reply';
import { renderGet } from './request';
import { takeVarbind, type WantedVarbinds } from './varbind';

const OID = '1.3.6.1.2.1.25.3.3.1.2.7';

function take(...bytes: number[]) {
  const wanted: WantedVarbinds = { oids: [OID], found: [] };
  // In the middle of a packet: what stands around the value must not count.
  const taken = takeVarbind(Buffer.from([0x30, ...bytes, 0x7f, 0x7f]), 1, 1 + bytes.length, 0, wanted);
  return taken ? wanted.found[0] : 'refused';
}

const float = Buffer.alloc(4);
float.writeFloatBE(21.5);
const double = Buffer.alloc(8);
double.writeDoubleBE(-0.1);

test.each([
  ['INTEGER', [2, 1, 7], 2, 7],
  ['negative INTEGER', [2, 2, 0xff, 0x7f], 2, -129],
  ['IpAddress', [0x40, 4, 10, 0, 255, 1], 0x40, '10.0.255.1'],
  ['Counter32', [0x41, 5, 0, 0xff, 0xff, 0xff, 0xff], 0x41, 4294967295],
  ['Counter32 without its leading zero', [0x41, 4, 0xff, 0xff, 0xff, 0xfe], 0x41, 4294967294],
  ['Gauge32', [0x42, 2, 3, 232], 0x42, 1000],
  ['TimeTicks', [0x43, 1, 0], 0x43, 0],
  ['Counter64', [0x46, 5, 1, 0, 0, 0, 5], 0x46, 2 ** 32 + 5],
  ['Counter64 wraps at 2^53', [0x46, 9, 0, ...Array<number>(8).fill(0xff)], 0x46, Number.MAX_SAFE_INTEGER],
  ['OID', [6, 8, 0x2b, 6, 1, 2, 1, 0x8f, 0xff, 0x7f], 6, '1.3.6.1.2.1.262143'],
  ['OID 2.999', [6, 2, 0x88, 0x37], 6, '2.999'],
  ['float in an Opaque', [0x44, 7, 0x9f, 0x78, 4, ...float], OPAQUE_FLOAT, 21.5],
  ['double in an Opaque', [0x44, 11, 0x9f, 0x79, 8, ...double], OPAQUE_DOUBLE, -0.1],
])('%s', (_name, bytes, type, value) => {
  expect(take(...bytes)).toEqual({ oid: OID, type, value });
});

test.each([
  ['OCTET STRING', [4, 3, 0x65, 0, 0x66], 4, '650066'],
  ['empty OCTET STRING', [4, 0], 4, ''],
  ['other Opaque', [0x44, 2, 1, 2], 0x44, '0102'],
])('%s is handed out as bytes', (_name, bytes, type, hex) => {
  const found = take(...bytes);
  expect(found).toMatchObject({ oid: OID, type });
  expect((found as { value: Buffer }).value.toString('hex')).toBe(hex);
});

test.each([
  ['noSuchObject', [0x80, 0]],
  ['noSuchInstance', [0x81, 0]],
  ['endOfMibView', [0x82, 0]],
  ['NULL', [5, 0]],
  ['a Counter64 that needs more than 64 bits', [0x46, 9, 1, ...Array<number>(8).fill(0)]],
  ['an INTEGER beyond 32 bits', [2, 5, 1, 0, 0, 0, 0]],
])('%s is not there', (_name, bytes) => {
  expect(take(...bytes)).toBeUndefined();
});

test.each([
  ['an INTEGER without content', [2, 0]],
  ['an INTEGER of six bytes', [2, 6, 0, 0, 0, 0, 0, 1]],
  ['an IpAddress of five bytes', [0x40, 5, 10, 0, 0, 1, 1]],
  ['an OID without content', [6, 0]],
  ['an OID that ends inside an arc', [6, 2, 0x2b, 0x86]],
  ['a type that SNMP does not have', [0x47, 1, 1]],
  ['a length beyond the end', [4, 9, 1, 2]],
  ['bytes behind the value', [4, 1, 1, 2]],
  ['nothing', []],
])('%s is left to the library', (_name, bytes) => {
  expect(take(...bytes)).toBe('refused');
});

test('variables of a whole reply, in the order of what was asked', () => {
  const oids = ['1.3.6.1.2.1.1.2.0', '1.3.6.1.2.1.1.3.0'];
  const request = renderGet('x', oids);
  const [first, second] = oids.map((_, i) => request.packet.subarray(request.oidFrom[i], request.oidTo[i]));
  const sequence = (tag: number, ...parts: (Uint8Array | number[])[]) => {
    const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
    return Buffer.from([tag, content.length, ...content]);
  };
  const list = sequence(0x30, sequence(0x30, first!, [6, 1, 0x2b]), sequence(0x30, second!, [0x81, 0]));
  const pdu = sequence(0xa2, [2, 4, 0x40, 0, 0, 0], [2, 1, 0], [2, 1, 0], list);
  const packet = sequence(0x30, [2, 1, 1], [4, 1, 0x78], pdu);
  const varbinds: WantedVarbinds = { oids, found: [] };
  expect(decodeReply(packet, request, { numbers: new Float64Array(0), octets: [], varbinds })).toBe(Reply.Values);
  expect(varbinds.found).toEqual([{ oid: oids[0], type: 6, value: '1.3' }, undefined]);
});
