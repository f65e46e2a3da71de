/** How octets, indexes, hints and times read, computed independently and in part checked against Go. */

export const OCTETS: readonly (readonly [type: string, hex: string, text: string])[] = [
  ['OctetString', 'DEADBEEF', '0xDEADBEEF'],
  ['', '00', '0x00'],
  ['OctetString', '', ''],
  ['Bits', 'A080', '0xA080'],
  ['DisplayString', '67652d302f302f31', 'ge-0/0/1'],
  ['DisplayString', '6100', 'a\u0000'],
  ['DisplayString', 'C3A9FFFE7A', '\u00e9\ufffdz'],
  ['PhysAddress48', '02005E10', '02:00:5E:10:00:00'],
  ['PhysAddress48', '02005E1000FF99', '02:00:5E:10:00:FF'],
  ['InetAddressIPv4', '0A00FE01', '10.0.254.1'],
  ['InetAddressIPv6', '20010DB8000000000000000000000001', '2001:0DB8:0000:0000:0000:0000:0000:0001'],
  ['InetAddress', '010A0B0C0D', '11.12.13.0'],
  ['gauge', '2A01', '42'],
];

export interface IndexFact {
  type: string;
  row: readonly number[];
  text: string;
  used: readonly number[];
  fixedSize?: number;
  implied?: boolean;
  enumValues?: readonly (readonly [number, string])[];
}

export const INDEXES: readonly IndexFact[] = [
  { type: 'gauge', row: [7], text: '7', used: [7] },
  { type: 'gauge', row: [], text: '0', used: [0] },
  { type: 'DisplayString', row: [4, 71, 105, 48, 47], text: 'Gi0/', used: [4, 71, 105, 48, 47] },
  { type: 'DisplayString', row: [71, 105], text: 'Gi', used: [71, 105], implied: true },
  { type: 'DisplayString', row: [71, 105, 9], text: 'Gi', used: [71, 105], fixedSize: 2 },
  { type: 'DisplayString', row: [2, 255, 254, 5], text: '\ufffd', used: [2, 255, 254] },
  { type: 'OctetString', row: [3, 1, 2], text: '0x010200', used: [3, 1, 2, 0] },
  { type: 'OctetString', row: [300, 1], text: '0x2C01', used: [300, 1], implied: true },
  { type: 'PhysAddress48', row: [2, 0, 94, 0, 1, 300], text: '02:00:5E:00:01:12C', used: [2, 0, 94, 0, 1, 300] },
  { type: 'InetAddress', row: [1, 4, 10, 0, 0, 9, 77], text: '10.0.0.9', used: [1, 4, 10, 0, 0, 9] },
  { type: 'InetAddress', row: [4, 3, 9, 8, 7, 1], text: '0x0403090807', used: [4, 3, 9, 8, 7] },
  {
    type: 'InetAddressMissingSize',
    row: [2, 32, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    text: '2001:0000:0000:0000:0000:0000:0000:0001',
    used: [2, 32, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  },
  { type: 'InetAddressMissingSize', row: [16, 9, 9], text: '0x100909', used: [16, 9, 9] },
  { type: 'EnumAsInfo', row: [9], text: 'nine', used: [9], enumValues: [[9, 'nine']] },
  { type: 'EnumAsInfo', row: [8], text: '8', used: [8], enumValues: [[9, 'nine']] },
  {
    type: 'LldpPortId',
    row: [3, 6, 170, 187, 204, 221, 238, 255],
    text: 'AA:BB:CC:DD:EE:FF',
    used: [3, 6, 170, 187, 204, 221, 238, 255],
  },
];

/** Undefined: the hint does not fit. */
export const HINTS: readonly (readonly [hint: string, hex: string, text: string | undefined])[] = [
  ['1d.', '0A141E28', '10.20.30.40'],
  ['1x:', '0A0B0C', '0A:0B:0C'],
  ['2x-', '0A0B0C', '0A0B-0C'],
  ['4d', '00010000', '65536'],
  ['255a', '73773031', 'sw01'],
  ['*1x:/1d', '02AABB05', 'AA:BB/5'],
  ['1o', '08', '10'],
  ['0a[2d]1d', '001605', '[22]5'],
  ['0a', '01', undefined],
  ['9d', '010203040506070809', undefined],
  ['q', '01', undefined],
  ['1d', '', undefined],
];

/** Seconds since 1970. */
export const DATES: readonly (readonly [hex: string, unix: number | undefined])[] = [
  ['07E40B1401020300', 1605834123],
  ['07E40B14010203002B0530', 1605813243],
  ['07E40B14010203002D0A00', 1605870123],
  ['07E40D2019000000', 1612227600],
  ['07E40B140102030A', 1605834124],
  ['07E4', undefined],
  ['07E40B14010203002A0100', undefined],
];

/** Seconds since 1970. */
export const NTP_TIMES: readonly (readonly [hex: string, unix: number | undefined])[] = [
  ['E3B0C44200000000', 1611023810],
  ['83AA7E80FFFFFFFF', 0],
  ['00', undefined],
];

/** Modulo 2^53. */
export const COUNTERS: readonly (readonly [raw: bigint, value: number])[] = [
  [0n, 0],
  [9007199254740991n, 9007199254740991],
  [9007199254740992n, 0],
  [9007199254740993n, 1],
  [9223372036854775808n, 0],
  [18446744073709551615n, 9007199254740991],
];

export const UTF8: readonly (readonly [hex: string, text: string])[] = [
  ['61FF', 'a\ufffd'],
  ['FFFE61FDFC', '\ufffda\ufffd'],
  ['EDA08061', '\ufffda'],
  ['EFBFBDFF', '\ufffd\ufffd'],
  ['C080', '\ufffd'],
  ['F09F9880', '\ud83d\ude00'],
];
