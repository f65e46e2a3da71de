import { COLLECT_PARTS } from '../metrics/families';
import { scopeOf } from './metrics-query';

it.each([
  ['', COLLECT_PARTS, 0, 1],
  ['collect[]=ping', ['ping'], 0, 1],
  ['collect[]=ping&collect[]=states', ['ping', 'states'], 0, 1],
  ['collect%5B%5D=ping%2Cself', ['ping', 'self'], 0, 1],
  ['collect=device', ['device'], 0, 1],
  ['shard=3&of=4', COLLECT_PARTS, 3, 4],
  ['shard=255&of=256&collect[]=interfaces', ['interfaces'], 255, 256],
])('?%s', (query, parts, index, of) => {
  expect(scopeOf(new URLSearchParams(query))).toEqual({ scope: { parts: new Set(parts), shard: { index, of } } });
});

it.each([
  [
    'collect[]=pong',
    ['collect[]=pong: there is no such part; the parts are ping, states, probes, interfaces, device, inventory, self'],
  ],
  [
    'collect[]=',
    ['collect[]=: there is no such part; the parts are ping, states, probes, interfaces, device, inventory, self'],
  ],
  ['shard=4&of=4', ['shard=4: with of=4 it must be from 0 to 3']],
  ['shard=0', ['shard and of go together: ?shard=0&of=4']],
  ['of=4', ['shard and of go together: ?shard=0&of=4']],
  ['shard=0&of=0', ['of=0: it must be a whole number from 1 to 256']],
  ['shard=0&of=257', ['of=257: it must be a whole number from 1 to 256']],
  ['shard=-1&of=2', ['shard=-1: it must be a whole number from 0 to 255']],
  ['shard=1.5&of=2', ['shard=1.5: it must be a whole number from 0 to 255']],
  ['shard=1e1&of=20', ['shard=1e1: it must be a whole number from 0 to 255']],
  ['shard=0&shard=1&of=2', ['shard is given twice']],
  ['shards=1', ['shards: there is no such parameter; they are collect[], shard, of']],
])('?%s is refused', (query, wrong) => {
  expect(scopeOf(new URLSearchParams(query))).toEqual({ wrong });
});
