import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A network of its own on this machine, where addresses can be cut off without touching anybody else's. */
export class NetworkNamespace {
  readonly prefix: string[];

  private constructor(readonly name: string) {
    this.prefix = ['ip', 'netns', 'exec', name];
  }

  /** Undefined where this user may not make one. */
  static create(name: string): NetworkNamespace | undefined {
    try {
      execFileSync('ip', ['netns', 'add', name], { stdio: 'pipe' });
      const namespace = new NetworkNamespace(name);
      // A cable that ends nowhere: what is routed into it is lost without a word, as behind a dead router.
      for (const words of [
        ['link', 'set', 'lo', 'up'],
        ['link', 'add', 'dead0', 'type', 'veth', 'peer', 'name', 'dead1'],
        ['link', 'set', 'dead0', 'up'],
        ['link', 'set', 'dead1', 'up'],
      ]) {
        execFileSync('ip', ['-n', name, ...words], { stdio: 'pipe' });
      }
      for (const scope of ['all', 'dead0']) {
        execFileSync(
          'ip',
          ['netns', 'exec', name, 'sh', '-c', `echo 1 > /proc/sys/net/ipv4/conf/${scope}/route_localnet`],
          {
            stdio: 'pipe',
          }
        );
      }
      return namespace;
    } catch {
      return undefined;
    }
  }

  /** Packets to a loopback address are lost from here on. */
  async cutOff(address: string): Promise<void> {
    const route = ['unicast', `${address}/32`, 'dev', 'dead0', 'src', '127.0.0.1'];
    await run('ip', ['-n', this.name, 'route', 'add', 'table', 'local', ...route]);
  }

  async reconnect(address: string): Promise<void> {
    await run('ip', ['-n', this.name, 'route', 'del', 'table', 'local', `${address}/32`]);
  }

  /** POSTs JSON to a server inside. */
  async post(url: string, body: object): Promise<void> {
    const script = `fetch(${JSON.stringify(url)}, { method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(body))} })
      .then(async (r) => { if (!r.ok) { console.error(r.status, await r.text()); process.exit(1); } })`;
    await run('ip', ['netns', 'exec', this.name, process.execPath, '-e', script]);
  }

  /** A program that runs `command` inside: for what takes a path and not an argument array. */
  wrapper(file: string, command: string): string {
    writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${this.name} ${command} "$@"\n`);
    chmodSync(file, 0o755);
    return file;
  }

  remove(): void {
    execFileSync('ip', ['netns', 'del', this.name], { stdio: 'pipe' });
  }
}
