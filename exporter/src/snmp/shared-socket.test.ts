import { createSocket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { canonicalAddress, SharedSocket } from './shared-socket';

/** A socket of the system that fails to bind. */
class Failing extends EventEmitter {
  send(
    _packet: Buffer,
    _offset: number,
    _length: number,
    _port: number,
    _address: string,
    done: (e: Error) => void
  ): void {
    setImmediate(() => {
      const error = Object.assign(new Error('bind EACCES'), { code: 'EACCES' });
      this.emit('error', error);
      done(error);
    });
  }
  close(): void {
    throw new Error('Not running');
  }
  unref(): void {}
}

const send = (socket: SharedSocket) =>
  new Promise<Error | null>((resolve) => socket.send(Buffer.from('x'), 0, 1, 9, '127.0.0.1', resolve));

describe('shared socket', () => {
  test('a failed bind is told to all, and the next send tries anew', async () => {
    let opened = 0;
    const open = ((...args: Parameters<typeof createSocket>) => {
      opened += 1;
      return opened === 1 ? new Failing() : createSocket(...args);
    }) as unknown as typeof createSocket;
    const socket = new SharedSocket('udp4', open);
    const heard: string[] = [];
    socket.attach('127.0.0.1', 9).on('error', (error: Error) => heard.push(error.message));
    expect((await send(socket))?.message).toBe('bind EACCES');
    expect(heard).toEqual(['bind EACCES']);
    expect(await send(socket)).toBeNull();
    await socket.close();
    expect((await send(socket))?.message).toBe('the socket is closed');
  });

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
