import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AUTH_PROTOCOLS, PRIV_PROTOCOLS } from '../../exporter/src/model/snmp-auth';
import { SharedSocketEngine } from '../../exporter/src/snmp/engine';
import { IF_MIB } from '../../exporter/src/snmp/if-mib';
import type { SnmpAuth, SnmpError, SnmpSession } from '../../exporter/src/snmp/session';
import { SYS_UP_TIME } from '../../exporter/src/snmp/system';
import { messageId } from '../../exporter/src/snmp/v3/message-id';
import { FLAG } from '../../exporter/src/snmp/v3/security';
import { TAG } from '../simulator/ber-reader';
import { scriptedV3Agent, type ScriptedV3Agent, USM } from './scripted-v3-agent';
import { type Agent, snmpdMissing, startSnmpd } from './snmp-agents';
import { type Relay, udpRelay } from './udp-relay';

const missing = snmpdMissing();
if (missing) {
  console.warn(`SNMPv3 of Debian's snmpd ${missing}`);
}
const whenPresent = missing ? describe.skip : describe;

const AUTH_PASSWORD = 'first-passphrase';
const PRIV_PASSWORD = 'other-passphrase';
const WRONG = 'wrong-passphrase';
const SYS_NAME = '1.3.6.1.2.1.1.5.0';
const PAIRS = AUTH_PROTOCOLS.flatMap((auth) => PRIV_PROTOCOLS.map((priv) => [auth, priv] as const));

const v3 = (username: string, authProtocol: string, privProtocol: string, over: Partial<SnmpAuth> = {}): SnmpAuth => ({
  version: 3,
  community: '',
  securityLevel: 'authPriv',
  username,
  password: AUTH_PASSWORD,
  privPassword: PRIV_PASSWORD,
  authProtocol,
  privProtocol,
  ...over,
});
const MONITOR = v3('monitor', 'SHA', 'AES');

const failure = (work: Promise<unknown>): Promise<SnmpError> =>
  work.then(
    (value) => Promise.reject(new Error(`it succeeded with ${JSON.stringify(value)}`)),
    (error: SnmpError) => error
  );

const WAYS: [string, (session: SnmpSession) => Promise<unknown>][] = [
  ['a prepared get', (session) => session.prepare([SYS_UP_TIME]).read()],
  ['get', (session) => session.get([SYS_UP_TIME])],
  ['a walk', (session) => session.columns([IF_MIB.ifDescr])],
];

let engine: SharedSocketEngine;
beforeEach(() => {
  engine = new SharedSocketEngine();
});
afterEach(async () => {
  await engine.close();
  expect(engine.openSessions).toBe(0);
});

const open = (port: number, auth: SnmpAuth, timeoutMs = 2000) =>
  engine.open({ address: '127.0.0.1', port, auth, timeoutMs, retries: 1 });

whenPresent("SNMPv3 of Debian's snmpd", () => {
  const SNMPD_NAMES: Record<string, string> = { AES256: 'AES-256', AES256C: 'AES-256-C' };
  const named = (protocol: string) => SNMPD_NAMES[protocol] ?? protocol.replace(/^SHA(?=\d)/, 'SHA-');
  const create = (user: string, auth: string, priv: string, level = 'auth') => [
    `createUser ${user} ${named(auth)} "${AUTH_PASSWORD}" ${priv === '' ? '' : `${named(priv)} "${PRIV_PASSWORD}"`}`,
    `rouser ${user} ${level}`,
  ];
  const users = [
    ...PAIRS.flatMap(([auth, priv]) => create(`${auth}-${priv}`, auth, priv)),
    ...create('monitor', 'SHA', 'AES'),
    ...create('unencrypted', 'SHA', ''),
    ...create('encrypted', 'SHA', 'AES', 'priv'),
    'createUser open',
    'rouser open noauth',
  ];
  let agent: Agent;
  let relay: Relay;

  beforeAll(async () => {
    agent = await startSnmpd(users);
  });
  beforeEach(async () => {
    relay = await udpRelay(agent.port);
  });
  afterEach(() => relay.close());
  afterAll(() => agent?.stop());

  /** Everything that a session can do: through our codec, through the library, walks. */
  async function works(session: SnmpSession): Promise<void> {
    const { octets } = await session.prepare([SYS_UP_TIME, SYS_NAME]).read();
    expect(octets[1]?.toString()).toBe('test-agent');
    expect((await session.get([SYS_NAME])).get(SYS_NAME)?.value).toEqual(Buffer.from('test-agent'));
    expect((await session.columns([IF_MIB.ifDescr])).get(IF_MIB.ifDescr)?.size).toBeGreaterThan(0);
  }

  test.each(PAIRS)('%s with %s', async (auth, priv) => {
    await works(open(agent.port, v3(`${auth}-${priv}`, auth, priv)));
  });

  test.each(AUTH_PROTOCOLS)('%s without privacy', async (auth) => {
    await works(open(agent.port, v3(`${auth}-AES`, auth, 'AES', { securityLevel: 'authNoPriv' })));
  });

  test('neither', async () => {
    await works(open(agent.port, v3('open', 'MD5', 'DES', { securityLevel: 'noAuthNoPriv' })));
  });

  test('a poll is one request of our own, once the agent is known: to other sessions as well', async () => {
    const prepared = open(relay.port, MONITOR).prepare([SYS_UP_TIME]);
    await prepared.read();
    expect(relay.requests.length).toBe(3);
    await prepared.read();
    await open(relay.port, MONITOR).prepare([SYS_UP_TIME]).read();
    expect(relay.requests.length).toBe(5);
    expect(relay.requests.map(messageId).every((id) => id >= 2 ** 30)).toBe(true);
    await open(relay.port, MONITOR).get([SYS_UP_TIME]);
    expect(relay.requests.length).toBe(6);
  });

  const SILENT =
    'the engine answers discovery, but not the request: wrong password, privacy password or user? (or that one packet was lost)';
  describe.each(WAYS)('%s', (_way, ask) => {
    test.each([
      ['user', v3('nobody', 'SHA', 'AES'), 'refused the SNMPv3 user: it does not know the user name'],
      [
        'password',
        v3('monitor', 'SHA', 'AES', { password: WRONG }),
        'refused the SNMPv3 user: wrong password or authentication protocol',
      ],
      [
        'authentication protocol',
        v3('monitor', 'SHA256', 'AES'),
        'refused the SNMPv3 user: wrong password or authentication protocol',
      ],
      ['privacy password', v3('monitor', 'SHA', 'AES', { privPassword: WRONG }), SILENT],
      ['privacy password for DES', v3('MD5-DES', 'MD5', 'DES', { privPassword: WRONG }), SILENT],
      ['privacy protocol', v3('monitor', 'SHA', 'DES'), SILENT],
      [
        'level: more than the user has',
        v3('unencrypted', 'SHA', 'AES'),
        'refused the SNMPv3 user: it does not take this security level for the user',
      ],
      [
        'level: less than the user must have',
        v3('encrypted', 'SHA', 'AES', { securityLevel: 'authNoPriv' }),
        `answered authorizationError for ${SYS_UP_TIME}`,
      ],
      [
        'level: none',
        v3('monitor', 'SHA', 'AES', { securityLevel: 'noAuthNoPriv' }),
        `answered authorizationError for ${SYS_UP_TIME}`,
      ],
    ])('wrong %s: reason auth, with two packets a poll', async (_name, auth, message) => {
      for (let poll = 1; poll <= 2; poll += 1) {
        relay.requests.length = 0;
        const error = await failure(ask(open(relay.port, auth, 100)));
        expect([error.reason, error.message]).toEqual([
          'auth',
          expect.stringMatching(new RegExp(`^127\\.0\\.0\\.1:${relay.port}:? `)),
        ]);
        expect(error.message.endsWith(message)).toBe(true);
        expect(relay.requests.length).toBe(2);
        expect(JSON.stringify([error, error.message, error.stack, error.cause])).not.toContain('passphrase');
      }
    });
  });

  test('the right credentials work at once after wrong ones', async () => {
    await failure(open(relay.port, v3('monitor', 'SHA', 'AES', { password: WRONG })).get([SYS_UP_TIME]));
    await works(open(relay.port, MONITOR));
  });

  test.each([
    [
      v3('u', 'SHA', 'AES192'),
      'SNMPv3 user "u": privacy protocol AES192 is not available; one of DES, AES, AES256, AES256C is',
    ],
    [
      v3('u', 'SHA3', 'AES'),
      'SNMPv3 user "u": authentication protocol SHA3 is not available; one of MD5, SHA, SHA224, SHA256, SHA384, SHA512 is',
    ],
    [v3('u', 'SHA', 'AES', { privPassword: '' }), 'SNMPv3 user "u": security level authPriv needs a privacy password'],
    [v3('', 'SHA', 'AES'), 'SNMPv3 credential without a user name'],
    [{ version: 2, community: '' }, 'no community to ask 127.0.0.1:'],
  ] as [SnmpAuth, string][])('refused when opened: %#', (auth, message) => {
    expect(() => open(agent.port, auth)).toThrow(message);
  });

  test('a restart costs one request more, another engine too, and nobody is locked out', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'snmpd-home-'));
    const conf = create('monitor', 'SHA', 'AES');
    let one = await startSnmpd(conf, home);
    relay.target = one.port;
    const session = open(relay.port, MONITOR);
    const prepared = session.prepare([SYS_UP_TIME, SYS_NAME]);
    try {
      await prepared.read();
      for (const ask of [
        () => prepared.read(),
        () => session.get([SYS_NAME]),
        () => session.columns([IF_MIB.ifDescr]),
      ]) {
        await one.stop();
        one = await startSnmpd(conf, home);
        relay.target = one.port;
        relay.requests.length = 0;
        await ask();
        // The library's way begins anew: refused, discovery, one small request, and the request again.
        expect(relay.requests.length).toBeLessThanOrEqual(5);
        await prepared.read();
      }
      await one.stop();
      one = await startSnmpd(conf, home);
      relay.target = one.port;
      relay.requests.length = 0;
      await prepared.read();
      expect(relay.requests.length).toBe(2);
      relay.target = agent.port;
      relay.requests.length = 0;
      await prepared.read();
      expect(relay.requests.length).toBe(2);
    } finally {
      await one.stop();
      await rm(home, { recursive: true });
    }
  });
});

describe('SNMPv3 agents that do not behave', () => {
  let agent: ScriptedV3Agent;

  beforeEach(async () => {
    agent = await scriptedV3Agent(MONITOR, [
      [SYS_UP_TIME, TAG.timeTicks, 4711],
      [SYS_NAME, TAG.octetString, 'box'],
      [`${IF_MIB.ifDescr}.1`, TAG.octetString, 'wan1'],
    ]);
  });
  afterEach(() => agent.close());

  const at = () => `127.0.0.1:${agent.port}`;
  const openHere = (timeoutMs = 100) => open(agent.port, MONITOR, timeoutMs);

  describe.each(WAYS)('%s', (_way, ask) => {
    test('of a good one', async () => {
      await expect(ask(openHere())).resolves.toBeDefined();
    });

    test('a clock that never fits: two packets', async () => {
      agent.script = (request) => request.report(request.discovery ? USM.engine : USM.time, !request.discovery);
      for (let poll = 1; poll <= 2; poll += 1) {
        agent.requests.length = 0;
        const error = await failure(ask(openHere()));
        expect([error.reason, error.message, agent.requests.length]).toEqual([
          'auth',
          `${at()} refused the SNMPv3 user: the request was outside its time window, although that was just set by its own clock`,
          2,
        ]);
      }
    });

    test('discovery without a time: one request more to learn it', async () => {
      const { engine: own } = agent;
      agent.script = (request) => {
        if (request.discovery) {
          agent.engine = { ...own, boots: 0, time: 0 };
          const report = request.report(USM.engine);
          agent.engine = own;
          return report;
        }
        return request.message.boots === own.boots ? request.answer() : request.report(USM.time, true);
      };
      await ask(openHere());
      expect(agent.requests.length).toBe(4);
    });

    test.each([
      ['it does not know the engine id', USM.engine],
      ['wrong privacy password or protocol', USM.decryption],
      ['it does not know the context name', '12.1.5.0'],
      ['it calls the message invalid', '11.2.1.2.0'],
      ['it sent an SNMPv3 report instead of values, and does not say why', '99.1.0'],
    ])('%s', async (text, stat) => {
      agent.script = (request) => request.report(request.discovery ? USM.engine : stat);
      const error = await failure(ask(openHere()));
      expect([error.reason, error.message]).toEqual(['auth', `${at()} refused the SNMPv3 user: ${text}`]);
      expect(agent.requests.length).toBe(2);
    });

    test('silence from the start is silence', async () => {
      agent.script = () => null;
      const error = await failure(ask(openHere()));
      expect([error.reason, error.message]).toEqual(['timeout', `no answer from ${at()} to 2 requests of 100 ms each`]);
    });

    test('silence after answers is silence; when only discovery is answered then, it is the user', async () => {
      const session = openHere();
      await ask(session);
      agent.script = () => null;
      expect((await failure(ask(session))).reason).toBe('timeout');
      agent.script = (request) => (request.discovery ? request.report(USM.engine) : null);
      agent.requests.length = 0;
      expect((await failure(ask(openHere()))).reason).toBe('auth');
      expect(agent.requests.length).toBe(2);
    });

    test('a level below what was asked for counts for nothing', async () => {
      agent.script = (request) => {
        if (request.discovery) {
          return request.report(USM.engine);
        }
        const answer = Buffer.from(request.answer());
        answer[answer.indexOf(Buffer.from([0x04, 1, FLAG.auth | FLAG.priv])) + 2] = 0;
        return answer;
      };
      const error = await failure(ask(openHere()));
      expect([error.reason, error.message]).toEqual([
        'malformed',
        `${at()} sent answers that are no authentic SNMPv3 messages`,
      ]);
      expect(engine.counters.late).toBeGreaterThanOrEqual(1);
    });
  });

  describe('a prepared get of a known agent', () => {
    test.each([
      ['its clock jumped ahead', { boots: 3, time: 90_000 }],
      ['it restarted', { boots: 4, time: 5 }],
      ['it lost its count of boots', { boots: 1, time: 5 }],
      ['it is another one', { id: Buffer.from('80001f88ff02', 'hex'), boots: 9, time: 80 }],
    ])('%s: one request more', async (_name, change) => {
      const prepared = openHere().prepare([SYS_UP_TIME, SYS_NAME]);
      await prepared.read();
      Object.assign(agent.engine, change);
      agent.script = (request) => {
        if (!request.message.engineId.equals(agent.engine.id)) {
          return request.report(USM.engine);
        }
        const { boots, time } = request.message;
        const fits = boots === agent.engine.boots && Math.abs(time - agent.engine.time) <= 150;
        return fits ? request.answer() : request.report(USM.time, true);
      };
      agent.requests.length = 0;
      expect((await prepared.read()).numbers[0]).toBe(4711);
      expect(agent.requests.length).toBe(2);
      await prepared.read();
      expect(agent.requests.length).toBe(3);
    });

    test.each([
      ['a signature that is not right', (answer: Buffer) => answer.fill(0x55, answer.length - 4)],
      ['half a message', (answer: Buffer) => answer.subarray(0, answer.length >> 1)],
    ])('%s is not believed; the true answer that follows is', async (_name, mangle) => {
      const prepared = openHere().prepare([SYS_UP_TIME]);
      await prepared.read();
      let asked = 0;
      agent.script = (request) => (asked++ === 0 ? mangle(Buffer.from(request.answer())) : request.answer());
      expect((await prepared.read()).numbers[0]).toBe(4711);
      expect([asked, engine.counters.late]).toEqual([2, 1]);
    });

    test('an answer of the past is not believed', async () => {
      const prepared = openHere().prepare([SYS_UP_TIME]);
      await prepared.read();
      agent.engine = { ...agent.engine, time: 10 };
      expect((await failure(prepared.read())).reason).toBe('malformed');
    });

    test('an error status is asked again through the library', async () => {
      const prepared = openHere().prepare([SYS_UP_TIME, '1.3.6.1.9.9']);
      const { numbers } = await prepared.read();
      expect([numbers[0], numbers[1]]).toEqual([4711, Number.NaN]);
    });

    test('what is no SNMP is told at once', async () => {
      const session = openHere(20_000);
      await session.get([SYS_UP_TIME]);
      agent.script = () => Buffer.from('no snmp here');
      const error = await failure(session.prepare([SYS_UP_TIME]).read());
      expect([error.reason, error.message]).toEqual(['malformed', `${at()} sent an answer that is no SNMP message`]);
    });

    test('closing the session ends what waits', async () => {
      const session = openHere(20_000);
      await session.get([SYS_UP_TIME]);
      agent.script = () => null;
      const waiting = failure(session.prepare([SYS_UP_TIME]).read());
      session.close();
      expect((await waiting).message).toBe(`the session to ${at()} was closed before the answer`);
    });
  });

  test('sessions that begin at the same time', async () => {
    const sessions = [openHere(), openHere(), openHere()];
    const answers = await Promise.all(
      sessions.flatMap((session) => [session.get([SYS_NAME]), session.get([SYS_UP_TIME])])
    );
    expect(answers.map((answer) => answer.size)).toEqual([1, 1, 1, 1, 1, 1]);
  });
});
