import { PduSizes } from './pdu-size';

const times = (count: number, work: () => void) => Array.from({ length: count }).forEach(work);

describe('sizes learnt of an agent', () => {
  test.each([
    [1, 41],
    [2, 20],
    [4, 10],
    [12, 3],
    [60, 1],
  ])('%d columns take %d repetitions at first: one packet full', (columns, repetitions) => {
    expect(new PduSizes().repetitions(columns)).toBe(repetitions);
  });

  test('halved down to one, and no further', () => {
    const sizes = new PduSizes(8);
    expect([sizes.halveRepetitions(8), sizes.halveRepetitions(4), sizes.halveRepetitions(2)]).toEqual([
      true,
      true,
      true,
    ]);
    expect([sizes.repetitions(1), sizes.halveRepetitions(1)]).toEqual([1, false]);
  });

  test('a limit grows back after good answers, and waits longer after it failed again', () => {
    const sizes = new PduSizes();
    sizes.halveVarbinds(40);
    expect(sizes.varbinds).toBe(20);
    times(199, () => sizes.varbindsAnswered());
    expect(sizes.varbinds).toBe(20);
    sizes.varbindsAnswered();
    expect(sizes.varbinds).toBe(40);
    sizes.halveVarbinds(40);
    times(399, () => sizes.varbindsAnswered());
    expect(sizes.varbinds).toBe(20);
    sizes.varbindsAnswered();
    expect(sizes.varbinds).toBe(40);
  });
});
