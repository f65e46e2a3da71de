import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ScriptedAnswer {
  status: number;
  body: unknown;
}

/** A sidecar that answers with JSON as a test says, and keeps what it was asked. */
export class ScriptedSidecar {
  url = '';
  asked: { request: string; token: string | undefined; body: unknown }[] = [];
  private readonly server: Server;

  constructor(answer: (req: IncomingMessage) => ScriptedAnswer) {
    this.server = createServer((req, res) => {
      let text = '';
      req.on('data', (chunk: Buffer) => (text += chunk.toString()));
      req.on('end', () => {
        this.asked.push({
          request: `${req.method} ${req.url}`,
          token: req.headers.authorization,
          body: text === '' ? undefined : JSON.parse(text),
        });
        const { status, body } = answer(req);
        res.writeHead(status, { 'content-type': 'application/json' });
        res.end(JSON.stringify(body));
      });
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    this.url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise((done) => this.server.close(done));
  }
}
