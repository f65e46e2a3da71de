import net from 'node:net';
import { UserError } from '../setup/terminal.mjs';

/** The parts that listen, in the order of their ports. */
const PARTS = ['exporter', 'discovery', 'page', 'victoriametrics', 'vmagent', 'vmalert', 'simulator'];

/** Port of each part from the first on. */
export function portsFrom(base) {
  return Object.fromEntries(PARTS.map((part, i) => [part, base + i]));
}

/** The same, refused with one line when any is taken. */
export async function claimPorts(base) {
  const ports = portsFrom(base);
  const taken = [];
  for (const [part, port] of Object.entries(ports)) {
    if (!(await isFree(port))) {
      taken.push(`${port} (${part})`);
    }
  }
  if (taken.length > 0) {
    throw new UserError(
      `Port ${taken.join(', ')} on 127.0.0.1 is in use, perhaps by another start of this program: stop it (ss -ltnp shows who listens), or choose other ports with npm start -- --port-base ${base + 1000}`
    );
  }
  return ports;
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
