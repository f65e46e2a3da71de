import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { freePorts } from '../../integration/provisioning/programs';
import { answers, PeerProgram } from '../peer-program';
import { fleet, valueOf } from './fleet';
import { open } from './verify';

/** Label values of the fleet have nothing that would have to be escaped. */
function* textOf(devices: number): Generator<string> {
  const families = new Map<string, { head: string; lines: string[] }>();
  let n = 0;
  for (const { family, labels } of fleet(devices)) {
    const { name, type } = family;
    const known = families.get(name) ?? { head: `# TYPE ${name} ${type}\n`, lines: [] };
    families.set(name, known);
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    known.lines.push(`${name}{${pairs.join()}} ${valueOf(family, n++, 0)}\n`);
  }
  for (const { head, lines } of families.values()) {
    yield head;
    for (let at = 0; at < lines.length; at += 1000) {
      yield lines.slice(at, at + 1000).join('');
    }
  }
}

/**
 * client_golang with the very series of the bench: pushed once into Debian's prometheus-pushgateway, then read again and
 * again. It merges, checks, sorts and writes with client_golang's own code; what a Go exporter does besides, making each
 * sample anew for each scrape, is spared here. So the figure is the least that client_golang costs.
 */
export class GoSide {
  readonly scrapeNs: number[] = [];

  private constructor(
    private readonly peer: PeerProgram,
    private readonly url: string,
    private readonly series: number
  ) {}

  static async start(devices: number, series: number): Promise<GoSide> {
    const [port] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const args = [`--web.listen-address=127.0.0.1:${port}`, '--persistence.file='];
    const ready = () => answers(`${url}/-/ready`);
    const peer = await PeerProgram.start(['prometheus-pushgateway', ...args, '--log.level=error'], ready);
    try {
      await push(`${url}/metrics/job/bench`, devices);
    } catch (err) {
      await peer.stop();
      throw err;
    }
    return new GoSide(peer, `${url}/metrics`, series);
  }

  async run(): Promise<void> {
    const before = this.peer.cpuMicros();
    let lines = 0;
    for await (const chunk of await open(this.url)) {
      const bytes = chunk as Buffer;
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
        lines++;
      }
    }
    if (lines < this.series) {
      throw new Error(
        `prometheus-pushgateway served ${lines} lines, fewer than the ${this.series} series pushed to it`
      );
    }
    this.scrapeNs.push(((this.peer.cpuMicros() - before) * 1000) / this.series);
  }

  stop(): Promise<void> {
    return this.peer.stop();
  }
}

async function push(url: string, devices: number): Promise<void> {
  const put = request(url, { method: 'PUT', headers: { 'content-type': 'text/plain; version=0.0.4' } });
  const answered = once(put, 'response');
  await pipeline(Readable.from(textOf(devices)), put);
  const [answer] = (await answered) as [IncomingMessage];
  const text = (await answer.toArray()).join('');
  if (answer.statusCode !== 200) {
    throw new Error(`PUT ${url}: ${answer.statusCode} ${text.slice(0, 500)}`);
  }
}
