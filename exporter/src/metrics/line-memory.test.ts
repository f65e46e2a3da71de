import { LineBlock } from './line-block';
import { LineMemory } from './line-memory';

describe('memory for lines', () => {
  it.each([
    [512, 512],
    [513, 1024],
    [4096, 4096],
    [2 ** 20, 2 ** 20],
    [2 ** 20 + 1, 2 ** 21],
  ])('of %d bytes is a piece of %d', (asked, size) => {
    expect(new LineMemory().take(asked).size).toBe(size);
  });

  it('is never handed out twice, and again when it was given back', () => {
    const memory = new LineMemory();
    const pieces = Array.from({ length: 3000 }, (_, i) => memory.take(512 << (i % 4)));
    pieces.forEach(({ bytes, start, size }, i) => bytes.fill(i % 251, start, start + size));
    for (const [i, { bytes, start, size }] of pieces.entries()) {
      expect(bytes.subarray(start, start + size).every((byte) => byte === i % 251)).toBe(true);
    }
    const given = pieces[7]!;
    memory.give(given);
    expect(memory.take(given.size)).toBe(given);
    expect(memory.take(given.size)).not.toBe(given);
  });

  it('of a piece larger than a slab goes back to the system', () => {
    const memory = new LineMemory();
    const large = memory.take(2 ** 21);
    memory.give(large);
    expect(memory.take(2 ** 21)).not.toBe(large);
  });
});

describe('a block', () => {
  const memory = new LineMemory();
  const text = (block: LineBlock) => block.bytes.toString('utf8', block.start, block.start + block.used);
  const blockOf = (...lines: string[]) => {
    const block = new LineBlock(memory.take(512));
    lines.forEach((line, i) => block.append(100 + i, line, line.length));
    return block;
  };

  it('has room until lines and slots meet, and keeps what it has when it moves', () => {
    const block = blockOf();
    let lines = 0;
    for (; block.hasRoom(24); lines++) {
      block.append(lines, `${lines}`.padEnd(24, '.'), 24);
    }
    expect(lines).toBe(512 / (24 + 8));
    const before = text(block);
    block.moveTo(memory.take(1024));
    expect(text(block)).toBe(before);
    expect(Array.from({ length: lines }, (_, i) => [block.series(i), block.end(i)])).toEqual(
      Array.from({ length: lines }, (_, i) => [i, (i + 1) * 24])
    );
    expect(block.hasRoom(24)).toBe(true);
  });

  it('closes gaps', () => {
    const block = blockOf('one', 'two', 'three', 'four');
    block.compact((series) => series % 2 === 1);
    expect([text(block), block.lines, block.series(0), block.end(0), block.series(1), block.end(1)]).toEqual([
      'twofour',
      2,
      101,
      3,
      103,
      7,
    ]);
  });

  it('takes in another one only as a whole', () => {
    const block = blockOf('one');
    expect(block.takeIn(blockOf('two', 'three'))).toBe(true);
    expect([text(block), block.series(2), block.end(2)]).toEqual(['onetwothree', 101, 11]);
    expect(block.takeIn(blockOf('x'.repeat(480)))).toBe(false);
    expect(text(block)).toBe('onetwothree');
  });
});
