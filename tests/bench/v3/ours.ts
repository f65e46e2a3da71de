/** Our polls of SNMPv3. Argument: port of the agent. */
import { SharedSocketEngine } from '../../../exporter/src/snmp/engine';
import { CELLS } from '../poll/exporter-peer';
import { AUTH, compare, valueAt } from './cells';

const port = Number(process.argv[2]);
const engine = new SharedSocketEngine();

compare(() => {
  const session = engine.open({ address: '127.0.0.1', port, auth: AUTH, timeoutMs: 5000, retries: 0 });
  const prepared = session.prepare(CELLS);
  return async () => {
    const { numbers } = await prepared.read();
    if (numbers.length !== CELLS.length || numbers.some((value, i) => value !== valueAt(i))) {
      throw new Error(`values that the agent does not have: ${numbers.join(' ')}`);
    }
  };
});
