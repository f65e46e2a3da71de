import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { targetListToJson, type Target } from '../../../exporter/src/model/target-list';

/** Stands in for the sidecar: serves one list of targets, with an ETag as the sidecar does. */
export class Inventory {
  private constructor(private readonly server: Server) {}

  static async start(targets: Target[]): Promise<Inventory> {
    const body = Buffer.from(JSON.stringify(targetListToJson({ generatedAt: Date.now(), targets })));
    const etag = '"bench"';
    const server = createServer((request, response) => {
      if (request.url !== '/targets') {
        response.writeHead(404).end();
      } else if (request.headers['if-none-match'] === etag) {
        response.writeHead(304).end();
      } else {
        response.writeHead(200, { 'content-type': 'application/json', etag }).end(body);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Inventory(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
