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
      execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up'], { stdio: 'pipe' });
      return namespace;
    } catch {
      return undefined;
    }
  }

  /** Packets to the address are dropped from here on, echoes of its own included. */
  async cutOff(address: string): Promise<void> {
    await run('ip', ['-n', this.name, 'route', 'add', 'table', 'local', 'blackhole', `${address}/32`]);
  }

  async reconnect(address: string): Promise<void> {
    await run('ip', ['-n', this.name, 'route', 'del', 'table', 'local', 'blackhole', `${address}/32`]);
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
