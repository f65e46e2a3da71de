import { setImmediate } from 'node:timers/promises';

/** Items after which everything else of the process gets its turn. */
const ITEMS_AT_ONCE = 1000;

/** As flatMap, for long lists in a process that answers others too. `turn` hears how many are done. */
export async function flatMapInTurns<A, B>(
  items: readonly A[],
  map: (item: A) => readonly B[],
  turn: (done: number) => void = () => undefined
): Promise<B[]> {
  const mapped: B[] = [];
  for (let at = 0; at < items.length; at += ITEMS_AT_ONCE) {
    for (const item of items.slice(at, at + ITEMS_AT_ONCE)) {
      mapped.push(...map(item));
    }
    turn(Math.min(at + ITEMS_AT_ONCE, items.length));
    await setImmediate();
  }
  return mapped;
}
