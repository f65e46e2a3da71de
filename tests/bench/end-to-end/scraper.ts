import { Agent, get } from 'node:http';

/** Interfaces of a slice, as docs/operations.md has it: an answer of all their series stays below 8 MB. */
const INTERFACES_A_SLICE = 3000;
const FEWEST_SLICES = 4;

/**
 * Reads the exporter as vmagent does with provisioning/vmagent/scrape.yml: pings and states each 5 s, SNMP values in
 * slices each 30 s, the exporter's own metrics each 15 s; compressed, over connections that stay, each target at its own
 * moment. What it reads it throws away: a time series database costs many times the exporter.
 */
export class Scraper {
  /** Scrapes that did not end with 200 and a whole body, in words. */
  readonly failures: string[] = [];
  scrapes = 0;
  /** Compressed. */
  bytes = 0;
  readonly slices: number;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly agent = new Agent({ keepAlive: true });

  constructor(
    private readonly url: string,
    interfaces: number
  ) {
    this.slices = Math.max(FEWEST_SLICES, Math.ceil(interfaces / INTERFACES_A_SLICE));
  }

  start(): void {
    const snmp = 'collect[]=interfaces&collect[]=device&collect[]=inventory';
    this.every(5000, 0, 'collect[]=ping&collect[]=states');
    this.every(15_000, 1000, 'collect[]=self');
    for (let shard = 0; shard < this.slices; shard++) {
      this.every(30_000, (shard * 30_000) / this.slices, `${snmp}&shard=${shard}&of=${this.slices}`);
    }
  }

  stop(): void {
    this.timers.forEach((timer) => clearInterval(timer));
    this.agent.destroy();
  }

  private every(intervalMs: number, offsetMs: number, query: string): void {
    const scrape = () => this.scrape(query);
    this.timers.push(
      setTimeout(() => {
        scrape();
        this.timers.push(setInterval(scrape, intervalMs));
      }, offsetMs)
    );
  }

  private scrape(query: string): void {
    const failed = (why: string) => this.failures.push(`${query}: ${why}`);
    const headers = { 'accept-encoding': 'gzip' };
    get(`${this.url}/metrics?${query}`, { agent: this.agent, headers }, (answer) => {
      this.scrapes += 1;
      answer.on('data', (part: Buffer) => (this.bytes += part.length));
      answer.on('close', () => {
        if (answer.statusCode !== 200 || !answer.complete) {
          failed(`status ${answer.statusCode}, ${answer.complete ? 'whole' : 'cut off'}`);
        }
      });
    }).on('error', (err) => failed(err.message));
  }
}
