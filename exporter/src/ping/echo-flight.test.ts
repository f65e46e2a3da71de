import type { EchoOutcome, EchoPlan } from './driver';
import { parseEchoAddress, type EchoAddress } from './echo-address';
import { EchoFlight } from './echo-flight';
import { BATCH, type EchoSocket } from './icmp-socket';
import type { Clock } from './kernel-clock';
import { EAGAIN, ENETUNREACH, EPERM } from './kernel-layout';
import type { ReplyBatch } from './reply-batch';

const OFFSET = 1_700_000_000_000;
const PLAN: EchoPlan = { count: 3, gapMs: 200, timeoutMs: 1000 };

interface SentEcho {
  address: string;
  sequence: number;
  slot: number;
  generation: number;
  atMs: number;
}

interface Waiting {
  from: EchoAddress;
  slot: number;
  generation: number;
  sequence: number;
  stampMs: number;
}

/** A network in memory: what is sent is kept, what is put into `inbox` is read. Times are monotonic. */
class FakeSocket implements EchoSocket {
  readonly sent: SentEcho[] = [];
  readonly inbox: Waiting[] = [];
  /** Error by address; EAGAIN for the whole rest of a batch as the kernel does. */
  readonly errors = new Map<string, number>();
  readonly sendErrno = new Int32Array(BATCH);
  readonly sentRealMs = new Float64Array(BATCH);
  sentOffsetMs = OFFSET;
  reads = 0;
  private readonly batch: SentEcho[] = [];
  private read: Waiting[] = [];
  readonly replies = {
    count: 0,
    slot: new Uint32Array(BATCH),
    generation: new Uint32Array(BATCH),
    sequence: new Uint16Array(BATCH),
    receivedRealMs: new Float64Array(BATCH),
    cameFrom: (k: number, address: EchoAddress) => this.read[k]!.from.words.every((w, i) => w === address.words[i]),
  } as unknown as ReplyBatch;

  constructor(
    readonly family: 4 | 6,
    private readonly time: { ms: number }
  ) {}

  get queued(): number {
    return this.batch.length;
  }

  queue(address: EchoAddress, sequence: number, slot: number, generation: number): void {
    this.batch.push({ address: address.text, sequence, slot, generation, atMs: this.time.ms });
  }

  flush(): number {
    const batch = this.batch.splice(0);
    batch.forEach((echo, i) => {
      this.sendErrno[i] = this.errors.get(echo.address) ?? 0;
      this.sentRealMs[i] = OFFSET + this.time.ms;
      if (this.sendErrno[i] === 0) {
        this.sent.push(echo);
      }
    });
    return batch.length;
  }

  reply(echo: SentEcho, rttMs: number, change: Partial<Waiting> = {}): void {
    this.inbox.push({ ...echo, from: parseEchoAddress(echo.address), stampMs: echo.atMs + rttMs, ...change });
  }

  receive(): boolean {
    this.reads++;
    this.read = this.inbox.splice(0, BATCH);
    this.replies.count = this.read.length;
    this.read.forEach((waiting, i) => {
      this.replies.slot[i] = waiting.slot;
      this.replies.generation[i] = waiting.generation;
      this.replies.sequence[i] = waiting.sequence;
      this.replies.receivedRealMs[i] = OFFSET + waiting.stampMs;
    });
    return this.read.length === BATCH;
  }

  close(): void {}
}

let time: { ms: number };
let v4: FakeSocket;
let v6: FakeSocket;
let flight: EchoFlight;
let outcomes: Map<number, EchoOutcome & { atMs: number }>;
let done: boolean;

beforeEach(() => {
  time = { ms: 5000 };
  const clock: Clock = {
    read: (into) => {
      into.realMs = OFFSET + time.ms;
      into.monotonicMs = time.ms;
    },
  };
  v4 = new FakeSocket(4, time);
  v6 = new FakeSocket(6, time);
  flight = new EchoFlight({ 4: v4, 6: v6 }, clock);
  outcomes = new Map();
  done = false;
});

function begin(addresses: string[], plan = PLAN): void {
  flight.add(
    addresses,
    plan,
    (index, outcome) => {
      expect(outcomes.has(index)).toBe(false);
      outcomes.set(index, { ...outcome, atMs: time.ms });
    },
    () => (done = true)
  );
}

/** Turns every 10 ms until that time; `meanwhile` sees what was sent in each turn. */
function turnUntil(ms: number, meanwhile: (echo: SentEcho) => void = () => undefined): void {
  let seen = v4.sent.length;
  for (; time.ms <= ms; time.ms += 10) {
    flight.turn();
    for (; seen < v4.sent.length; seen++) {
      meanwhile(v4.sent[seen]!);
    }
  }
}

it('sends each echo a gap after the one before and decides as soon as all are answered', () => {
  begin(['10.0.0.1']);
  turnUntil(7000, (echo) => v4.reply(echo, 7.25));
  expect(v4.sent.map((echo) => Math.round((echo.atMs - 5000) / 100) * 100)).toEqual([0, 200, 400]);
  expect(outcomes.get(0)).toMatchObject({ sent: 3, rttsMs: [7.25, 7.25, 7.25] });
  expect(outcomes.get(0)!.atMs).toBeLessThan(5450);
  expect(done).toBe(true);
  expect(flight.idle).toBe(true);
  expect(flight.inFlight).toBe(0);
});

it('decides a silent target when its last echo has timed out, not sooner', () => {
  begin(['10.0.0.1']);
  turnUntil(5000 + 380 + 1000);
  expect(outcomes.size).toBe(0);
  turnUntil(6500);
  expect(outcomes.get(0)).toMatchObject({ sent: 3, rttsMs: [] });
});

it('takes a reply that came in time for one although it is read long after the timeout', () => {
  begin(['10.0.0.1'], { ...PLAN, count: 1 });
  flight.turn();
  v4.reply(v4.sent[0]!, 999);
  time.ms += 30_000;
  flight.turn();
  expect(outcomes.get(0)).toMatchObject({ sent: 1, rttsMs: [999] });
});

it('takes a reply that came after the timeout for a lost one although the round is still open', () => {
  begin(['10.0.0.1'], { count: 2, gapMs: 200, timeoutMs: 100 });
  turnUntil(5600, (echo) => v4.reply(echo, echo.sequence === v4.sent[0]!.sequence ? 101 : 3));
  expect(outcomes.get(0)).toMatchObject({ sent: 2, rttsMs: [3] });
  expect(flight.counters).toMatchObject({ replies: 1, late: 1 });
});

it('counts an echo once that is answered twice', () => {
  begin(['10.0.0.1']);
  turnUntil(7000, (echo) => {
    v4.reply(echo, 5);
    v4.reply(echo, 6);
  });
  expect(outcomes.get(0)).toMatchObject({ sent: 3, rttsMs: [5, 5, 5] });
  // The duplicate of the last echo comes when the target is decided, which makes it a late one.
  expect(flight.counters).toMatchObject({ replies: 3, duplicates: 2, late: 1 });
});

it.each<[string, (echo: SentEcho) => Partial<Waiting>, string]>([
  ['from another address', () => ({ from: parseEchoAddress('10.0.0.2') }), 'misaddressed'],
  ['with another sequence number', (echo) => ({ sequence: echo.sequence ^ 1 }), 'late'],
  ['of another generation', (echo) => ({ generation: echo.generation - 1 }), 'late'],
  ['of a place that never was', () => ({ slot: 4_000_000 }), 'late'],
])('takes no reply %s', (_name, change, counter) => {
  begin(['10.0.0.1']);
  turnUntil(7000, (echo) => v4.reply(echo, 5, change(echo)));
  expect(outcomes.get(0)).toMatchObject({ sent: 3, rttsMs: [] });
  expect(flight.counters).toMatchObject({ replies: 0, [counter]: 3 });
});

it('keeps apart two devices with one address, and both families', () => {
  begin(['10.0.0.1', '10.0.0.1', '2001:db8::1']);
  let k = 0;
  turnUntil(7000, (echo) => v4.reply(echo, k++ % 2 === 0 ? 1 : 2));
  expect(outcomes.get(0)!.rttsMs).toEqual([1, 1, 1]);
  expect(outcomes.get(1)!.rttsMs).toEqual([2, 2, 2]);
  expect(outcomes.get(2)).toMatchObject({ sent: 3, rttsMs: [] });
  expect(v6.sent).toHaveLength(3);
});

it.each<[string, number, EchoOutcome]>([
  [
    'no route counts as lost',
    ENETUNREACH,
    { sent: 3, rttsMs: [], error: expect.stringContaining('send echo to 10.0.0.1: ENETUNREACH') as unknown as string },
  ],
  [
    'a firewall says nothing about the target',
    EPERM,
    { sent: 0, rttsMs: [], error: expect.stringContaining('send echo to 10.0.0.1: EPERM') as unknown as string },
  ],
])('send error: %s, and the target beside it is not touched', (_name, errno, expected) => {
  v4.errors.set('10.0.0.1', errno);
  begin(['10.0.0.1', '10.0.0.2']);
  turnUntil(7000, (echo) => v4.reply(echo, 4));
  const { atMs, ...outcome } = outcomes.get(0)!;
  expect(outcome).toEqual(expected);
  expect(atMs).toBeLessThan(5450);
  expect(outcomes.get(1)).toMatchObject({ sent: 3, rttsMs: [4, 4, 4] });
  expect(outcomes.get(1)!.error).toBeUndefined();
  expect(flight.counters.sendErrors).toBe(3);
});

it('waits with an echo that found the send buffer full', () => {
  v4.errors.set('10.0.0.1', EAGAIN);
  begin(['10.0.0.1'], { ...PLAN, count: 1 });
  turnUntil(5100);
  expect(v4.sent).toHaveLength(0);
  v4.errors.clear();
  turnUntil(5200, (echo) => v4.reply(echo, 3));
  expect(outcomes.get(0)).toMatchObject({ sent: 1, rttsMs: [3] });
  expect(outcomes.get(0)!.error).toBeUndefined();
  expect(flight.counters.sendWaits).toBeGreaterThan(5);
});

it('gives up when the send buffer stays full for the whole timeout', () => {
  v4.errors.set('10.0.0.1', EAGAIN);
  begin(['10.0.0.1'], { ...PLAN, count: 1 });
  turnUntil(6100);
  expect(outcomes.get(0)).toMatchObject({
    sent: 0,
    rttsMs: [],
    error: expect.stringContaining('the send buffer stayed full for the whole timeout') as unknown as string,
  });
  expect(flight.inFlight).toBe(0);
});

it('tells of an address that is none and of a family without a socket, and sends to the others', () => {
  const clock: Clock = { read: (into) => Object.assign(into, { realMs: OFFSET + time.ms, monotonicMs: time.ms }) };
  flight = new EchoFlight({ 4: v4 }, clock, { 6: 'open ICMPv6 raw socket: EAFNOSUPPORT' });
  begin(['nonsense', '2001:db8::1', '10.0.0.1']);
  turnUntil(7000, (echo) => v4.reply(echo, 1));
  expect(outcomes.get(0)).toMatchObject({ sent: 0, error: 'cannot ping "nonsense": it is no IPv4 or IPv6 address' });
  expect(outcomes.get(1)).toMatchObject({
    sent: 0,
    error: 'cannot ping 2001:db8::1: open ICMPv6 raw socket: EAFNOSUPPORT',
  });
  expect(outcomes.get(2)).toMatchObject({ sent: 3, rttsMs: [1, 1, 1] });
  expect(done).toBe(true);
});

it('sends a large round over several turns and loses nothing', () => {
  const addresses = Array.from({ length: 2000 }, (_, i) => `10.1.${i >> 8}.${i & 255}`);
  begin(addresses);
  flight.turn();
  expect(v4.sent).toHaveLength(512);
  v4.sent.forEach((echo) => v4.reply(echo, 2));
  turnUntil(8000, (echo) => v4.reply(echo, 2));
  expect(outcomes.size).toBe(2000);
  expect([...outcomes.values()].every(({ rttsMs }) => rttsMs.length === 3)).toBe(true);
  expect(new Set(v4.sent.map(({ address }) => address)).size).toBe(2000);
});

it('decides nothing while more replies wait than one turn reads', () => {
  begin(['10.0.0.1'], { ...PLAN, count: 1 });
  flight.turn();
  const echo = v4.sent[0]!;
  for (let i = 0; i < 256 * BATCH; i++) {
    v4.reply(echo, 5, { slot: 4_000_000 });
  }
  v4.reply(echo, 5);
  time.ms += 5000;
  expect(flight.turn()).toBe(0);
  expect(outcomes.size).toBe(0);
  flight.turn();
  expect(outcomes.get(0)).toMatchObject({ rttsMs: [5] });
});

it('asks for no turn when idle and reads no socket that nothing left through', () => {
  expect(flight.turn()).toBeUndefined();
  begin(['2001:db8::1'], { ...PLAN, count: 1 });
  turnUntil(7000);
  expect(v4.reads).toBe(0);
  expect(v6.reads).toBeGreaterThan(0);
  expect(flight.turn()).toBeUndefined();
});
