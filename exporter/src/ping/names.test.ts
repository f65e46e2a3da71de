import { Names } from './names';

function deferred() {
  const waiting: { name: string; give: (address: string) => void; fail: (err: Error) => void }[] = [];
  const lookup = (name: string) =>
    new Promise<string>((give, fail) => {
      waiting.push({ name, give, fail });
    });
  return { waiting, lookup };
}

const settled = () => new Promise((done) => setImmediate(done));

it('gives literals at once and never looks them up', () => {
  const { waiting, lookup } = deferred();
  const names = new Names(lookup, () => 0);
  expect(names.resolve('10.0.0.1')).toBe('10.0.0.1');
  expect(names.resolve('2001:db8::1')).toBe('2001:db8::1');
  expect(waiting).toEqual([]);
});

it('runs two lookups at once, so that a dead name server leaves threads for others', async () => {
  const { waiting, lookup } = deferred();
  const names = new Names(lookup, () => 0);
  const all = ['a', 'b', 'c', 'd'].map((name) => names.resolve(name));
  await settled();
  expect(waiting.map(({ name }) => name)).toEqual(['a', 'b']);
  waiting[0]!.fail(new Error('timeout'));
  await expect(all[0]).rejects.toThrow('look up address of "a": timeout; the name must resolve on this machine');
  await settled();
  expect(waiting.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  waiting[1]!.give('10.0.0.2');
  waiting[2]!.give('10.0.0.3');
  await settled();
  waiting[3]!.give('10.0.0.4');
  expect(await Promise.all(all.slice(1))).toEqual(['10.0.0.2', '10.0.0.3', '10.0.0.4']);
});

it('asks once for several who want the same name', async () => {
  const { waiting, lookup } = deferred();
  const names = new Names(lookup, () => 0);
  const [one, two] = [names.resolve('a'), names.resolve('a')];
  await settled();
  expect(waiting).toHaveLength(1);
  waiting[0]!.give('10.0.0.1');
  expect(await Promise.all([one, two])).toEqual(['10.0.0.1', '10.0.0.1']);
});

it('forgets names that no device has any more', async () => {
  const { waiting, lookup } = deferred();
  const names = new Names(lookup, () => 0);
  const first = names.resolve('a');
  await settled();
  waiting[0]!.give('10.0.0.1');
  await first;
  names.keepOnly(new Set());
  expect(names.resolve('a')).toBeInstanceOf(Promise);
});
