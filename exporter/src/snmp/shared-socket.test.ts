import { createSocket, type SocketOptions } from 'node:dgram';
import { SharedSocketEngine } from './engine';
import type { SnmpAuth, SnmpError, SnmpSession } from './session';
import { canonicalAddress, SharedSocket } from './shared-socket';

/** Sockets of the system whose first ones cannot be bound: the bind asks for its address, and does not get it. */
function failing(times: number): typeof createSocket {
  let opened = 0;
  return ((options: SocketOptions) => {
    opened += 1;
    const error = Object.assign(new Error('bind EACCES 0.0.0.0'), { code: 'EACCES' });
    return createSocket(
      opened > times ? options : { ...options, lookup: (_host, _options, callback) => callback(error, '', 4) }
    );
  }) as typeof createSocket;
}

const V2: SnmpAuth = { version: 2, community: 'c' };
const V3: SnmpAuth = { version: 3, community: '', username: 'u' };

const send = (socket: SharedSocket) =>
  new Promise<Error | null>((resolve) => socket.send(Buffer.from('x'), 0, 1, 9, '127.0.0.1', resolve));

describe('shared socket', () => {
  test('a failed bind is told to all who sent, and the next send tries anew', async () => {
    const socket = new SharedSocket('udp4', failing(3));
    const heard: string[] = [];
    socket.attach('127.0.0.1', 9).on('error', (error: Error) => heard.push(error.message));
    const failed = await Promise.all([send(socket), send(socket), send(socket)]);
    expect(failed.map((error) => error?.message)).toEqual(Array(3).fill('bind EACCES 0.0.0.0'));
    expect(new Set(heard)).toEqual(new Set(['bind EACCES 0.0.0.0']));
    expect(await send(socket)).toBeNull();
    expect(await send(socket)).toBeNull();
    await socket.close();
    expect((await send(socket))?.message).toBe('the socket is closed');
  });

  test.each([
    ['version 2c, prepared', V2, (session: SnmpSession) => session.prepare(['1.3.6.1.2.1.1.3.0']).read()],
    ['version 2c, through the library', V2, (session: SnmpSession) => session.get(['1.3.6.1.2.1.1.3.0'])],
    ['version 3', V3, (session: SnmpSession) => session.get(['1.3.6.1.2.1.1.3.0'])],
  ] as [string, SnmpAuth, (session: SnmpSession) => Promise<unknown>][])(
    'a request on a socket that cannot be bound fails at once and says so: %s',
    async (_name, auth, ask) => {
      const engine = new SharedSocketEngine({ openSocket: failing(100) });
      const session = engine.open({ address: '127.0.0.1', port: 9, auth, timeoutMs: 60_000, retries: 1 });
      const error = (await ask(session).catch((reason: unknown) => reason)) as SnmpError;
      await engine.close();
      expect([error.reason, error.message]).toEqual(['unreachable', 'cannot send to 127.0.0.1:9: EACCES']);
      expect(engine.openSessions).toBe(0);
    }
  );

  test('sessions come and go', () => {
    const socket = new SharedSocket('udp6');
    const peers = [socket.attach('2001:DB8::0001', 161), socket.attach('2001:db8::1', 161)];
    expect([peers[0]!.key, socket.attached]).toEqual([peers[1]!.key, 2]);
    peers.forEach((peer) => {
      peer.close();
      peer.close();
    });
    expect(socket.attached).toBe(0);
  });

  test.each([
    ['2001:0DB8:0:0::1', '2001:db8::1'],
    ['::ffff:10.0.0.5', '10.0.0.5'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['10.0.0.5', '10.0.0.5'],
  ])('%s is %s as the source of a packet', (address, canonical) => {
    expect(canonicalAddress(address)).toBe(canonical);
  });

  test('a name is no address', () => {
    expect(() => canonicalAddress('router.example')).toThrow();
  });
});
