import type { VectorSample } from './instant-query';
import { holdsOf, readPastStates } from './past-states';

const HOLDS = { deviceMs: 300_000, interfaceMs: 600_000 };
const sample = (labels: Record<string, string>, value: number): VectorSample => ({ labels, value });

/** Answers by family and by whether the end of the series is asked for. */
function database(answers: Record<string, VectorSample[]>) {
  const asked: string[] = [];
  const ask = (query: string) => {
    asked.push(query);
    const family = /(device|interface)_state/.exec(query)![1]!;
    return Promise.resolve(answers[`${family} ${query.includes('timestamp(') ? 'seen' : 'began'}`] ?? []);
  };
  return { asked, ask };
}

it('takes the state that was written last, of devices and of their interfaces', async () => {
  const up = { device_id: 'd1', state: 'up', since: 'exact' };
  const down = { device_id: 'd1', state: 'down', since: 'approximate' };
  const uplink = { device_id: 'd2', if_name: 'Gi0/0', state: 'disabled', since: 'exact' };
  const { ask, asked } = database({
    'device began': [sample(down, 2000.25), sample(up, 1000)],
    'device seen': [sample(up, 1999), sample(down, 3000)],
    'interface began': [sample(uplink, 500)],
    'interface seen': [sample(uplink, 2990)],
  });
  expect(await readPastStates(ask, HOLDS)).toEqual(
    new Map([
      [
        'd1',
        {
          state: { state: 'down', sinceMs: 2_000_250, exact: false, holdsUntilMs: 3_300_000 },
          interfaces: new Map(),
        },
      ],
      [
        'd2',
        {
          interfaces: new Map([
            ['Gi0/0', { state: 'disabled', sinceMs: 500_000, exact: true, holdsUntilMs: 3_590_000 }],
          ]),
        },
      ],
    ])
  );
  expect(asked).toEqual([
    'max by (device_id, state, since) (last_over_time(device_state_since_timestamp_seconds[300s]))',
    'max by (device_id, state, since) (max_over_time(timestamp(device_state_since_timestamp_seconds)[300s:15s]))',
    'max by (device_id, if_name, state, since) (last_over_time(interface_state_since_timestamp_seconds[600s]))',
    'max by (device_id, if_name, state, since) (max_over_time(timestamp(interface_state_since_timestamp_seconds)[600s:15s]))',
  ]);
});

it('takes a state that was written after the last look to have held at its beginning', async () => {
  const up = { device_id: 'd1', state: 'up', since: 'exact' };
  const down = { device_id: 'd1', state: 'down', since: 'exact' };
  const { ask } = database({
    'device began': [sample(up, 1000), sample(down, 3003)],
    'device seen': [sample(up, 3000)],
  });
  expect((await readPastStates(ask, HOLDS)).get('d1')?.state).toEqual({
    state: 'down',
    sinceMs: 3_003_000,
    exact: true,
    holdsUntilMs: 3_303_000,
  });
});

it.each([
  ['that was scraped once more after the next one began', 3004, 'down'],
  ['that came back and was seen a look later', 3018, 'up'],
])('knows which of two states close to each other was the last: one %s', async (_what, upSeen, expected) => {
  const up = { device_id: 'd1', state: 'up', since: 'exact' };
  const down = { device_id: 'd1', state: 'down', since: 'exact' };
  for (const began of [
    [sample(up, 1000), sample(down, 3003)],
    [sample(down, 3003), sample(up, 1000)],
  ]) {
    const { ask } = database({ 'device began': began, 'device seen': [sample(up, upSeen)] });
    expect((await readPastStates(ask, HOLDS)).get('d1')?.state).toMatchObject({ state: expected });
  }
});

it.each<[string, Record<string, string>, number]>([
  ['of a state that does not exist', { device_id: 'd1', state: 'green', since: 'exact' }, 1],
  ['without a device', { state: 'up', since: 'exact' }, 1],
  ['whose value is none', { device_id: 'd1', state: 'up', since: 'exact' }, NaN],
])('leaves out what is not ours: a series %s', async (_what, labels, began) => {
  const { ask } = database({
    'device began': [sample(labels, began)],
    'device seen': [sample(labels, 1)],
  });
  expect(await readPastStates(ask, HOLDS)).toEqual(new Map());
});

it('fails when the database does', async () => {
  await expect(readPastStates(() => Promise.reject(new Error('away')), HOLDS)).rejects.toThrow('away');
});

it.each([
  [
    { pingMs: 10_000, snmpMs: 60_000 },
    { deviceMs: 300_000, interfaceMs: 300_000 },
  ],
  [
    { pingMs: 10_000, snmpMs: 300_000 },
    { deviceMs: 300_000, interfaceMs: 750_000 },
  ],
])('bridges five minutes, or the two and a half intervals that are no silence: %j', (intervals, holds) => {
  expect(holdsOf(intervals)).toEqual(holds);
});
