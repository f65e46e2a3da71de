import { AUTH_PROTOCOLS, PRIV_PROTOCOLS, type SnmpAuth } from '../../model/snmp-auth';
import { isAuthentic, readMessage, readScoped } from './message';
import { messageId } from './message-id';
import { fits, renderDiscovery, renderSecured, seal } from './request';
import { securityAt } from './security';

const OIDS = ['1.3.6.1.2.1.1.3.0', '1.3.6.1.2.1.31.1.1.1.6.2147483648'];
const ENGINE = Buffer.from('80001f888061', 'hex');
const ID = 0x40010002;
const auth = (over: Partial<SnmpAuth>): SnmpAuth => ({
  version: 3,
  community: '',
  username: 'monitor',
  password: 'first-passphrase',
  privPassword: 'other-passphrase',
  contextName: 'vrf-7',
  securityLevel: 'authPriv',
  ...over,
});

const CREDENTIALS: [string, SnmpAuth][] = [
  ['noAuthNoPriv', auth({ securityLevel: 'noAuthNoPriv' })],
  ...AUTH_PROTOCOLS.map((authProtocol): [string, SnmpAuth] => [
    authProtocol,
    auth({ securityLevel: 'authNoPriv', authProtocol }),
  ]),
  ...AUTH_PROTOCOLS.flatMap((authProtocol) =>
    PRIV_PROTOCOLS.map((privProtocol): [string, SnmpAuth] => [
      `${authProtocol} and ${privProtocol}`,
      auth({ authProtocol, privProtocol }),
    ])
  ),
];

describe.each(CREDENTIALS)('a request under %s', (_name, credential) => {
  const security = securityAt(credential, ENGINE);
  const clock = { boots: 7, time: 300 };
  const sealed = () => Buffer.from(seal(renderSecured(security, OIDS, clock), security, clock, ID));

  test('reads back as it was meant', () => {
    const packet = sealed();
    const message = readMessage(packet);
    expect(messageId(packet)).toBe(ID);
    expect([message.boots, message.time, message.flags]).toEqual([7, 300, security.flags | 4]);
    expect([message.engineId, message.user.toString()]).toEqual([ENGINE, 'monitor']);
    expect(isAuthentic(message, security)).toBe(security.mac !== null);
    const pdu = readScoped(message, security.privacy);
    pdu.enter(0xa0);
    expect(pdu.natural()).toBe(ID);
  });

  test('any byte changed is seen, or breaks the message', () => {
    if (!security.mac) {
      return;
    }
    const whole = sealed();
    for (let at = 0; at < whole.length; at += 1) {
      const changed = Buffer.from(whole);
      changed[at]! ^= 0x01;
      let believed: boolean;
      try {
        believed = isAuthentic(readMessage(changed), security);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        believed = false;
      }
      expect([at, believed]).toEqual([at, false]);
    }
  });

  test('two requests do not look alike where they are encrypted', () => {
    const [one, two] = [sealed(), sealed()];
    expect(one.equals(two)).toBe(security.privacy === null);
  });
});

describe('the clock in a message', () => {
  const security = securityAt(auth({}), ENGINE);

  test.each([0, 127, 128, 32_767, 32_768, 8_388_607, 8_388_608, 2 ** 31 - 1])('%i', (time) => {
    const clock = { boots: time, time };
    const get = renderSecured(security, OIDS, clock);
    const message = readMessage(seal(get, security, clock, ID));
    expect([message.boots, message.time, isAuthentic(message, security)]).toEqual([time, time, true]);
    expect(fits(get, clock)).toBe(true);
  });

  test('needs another message when it grows by a byte', () => {
    const get = renderSecured(security, OIDS, { boots: 127, time: 127 });
    expect(fits(get, { boots: 127, time: 128 })).toBe(false);
    expect(fits(get, { boots: 128, time: 127 })).toBe(false);
  });
});

describe('discovery', () => {
  test('is the message of RFC 3414 section 4, byte by byte', () => {
    expect(renderDiscovery().packet.toString('hex')).toBe(
      ['303e020103', '3011020440000000020300ffe3040104020103', '0410300e0400020100020100040004000400'].join('') +
        '301404000400a00e0204400000000201000201003000'
    );
  });

  test('a packet cut anywhere is no message', () => {
    const { packet } = renderDiscovery();
    for (let length = 0; length < packet.length; length += 1) {
      expect(() => readMessage(packet.subarray(0, length))).toThrow(RangeError);
    }
  });
});
