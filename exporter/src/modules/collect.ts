import { SnmpError, type SnmpSession, type Varbind } from '../snmp/session';
import { applyFilter, type RowsByTarget } from './filters';
import { isAt } from './metric-tree';
import type { SnmpModule } from './snmp-module';

/**
 * Asks a device for everything that a module names: the rows that its filters leave, then the instances, then the
 * subtrees, in the order of the file. What the device does not have is absent. A filter whose own column cannot be
 * walked is told to `onProblem` and left out.
 * @throws SnmpError when the device does not answer, answers out of order, or the session is closed
 */
export async function collectModule(
  session: SnmpSession,
  module: SnmpModule,
  onProblem: (message: string) => void = () => undefined
): Promise<Varbind[]> {
  const options = { maxRepetitions: module.maxRepetitions, allowNonIncreasing: module.allowNonIncreasingOids };
  const rows: RowsByTarget = new Map();
  for (const filter of module.filters) {
    try {
      applyFilter(filter, await session.walk(filter.oid, options), rows);
    } catch (error) {
      if (!(error instanceof SnmpError)) {
        throw error;
      }
      onProblem(`module ${module.name}: the filter on ${filter.oid} is left out: ${error.message}`);
    }
  }
  const { get, walk } = narrowed(module, rows);
  const found: Varbind[] = [];
  const chunk = Math.max(1, module.maxRepetitions);
  for (let from = 0; from < get.length; from += chunk) {
    found.push(...(await session.get(get.slice(from, from + chunk))).values());
  }
  for (const root of walk) {
    for (const varbind of await session.walk(root, options)) {
      found.push(varbind);
    }
  }
  return found;
}

/** Filtered columns are not walked: their rows are asked one by one. */
function narrowed({ get, walk }: SnmpModule, rows: RowsByTarget): Pick<SnmpModule, 'get' | 'walk'> {
  let instances: readonly string[] = get;
  for (const [target, kept] of rows) {
    instances = [...instances.filter((oid) => !isAt(oid, target)), ...kept.map((row) => `${target}.${row}`)];
  }
  return { get: instances, walk: walk.filter((root) => !rows.has(root)) };
}
