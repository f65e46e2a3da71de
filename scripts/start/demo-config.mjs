import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Writes the configuration of the simulated network. The community stays in the environment of the processes that need
 * it: a new one at every start, on no command line and in no file.
 */
export function writeDemoConfig(file, { bundle, simulatorUrl }) {
  mkdirSync(path.dirname(file), { recursive: true });
  const text = `# Written at every start of the simulated network. Copy it as a pattern for your own: npm start -- --config FILE
bundle: ${JSON.stringify(bundle)}
auths:
  demo: { version: 2, community: "\${SIMULATOR_COMMUNITY}" }
# The agents listen on this machine's own loopback addresses, which always answer pings: the simulator answers for them.
ping: { driver: simulator, simulator_url: ${JSON.stringify(simulatorUrl)} }
`;
  writeFileSync(file, text);
}
