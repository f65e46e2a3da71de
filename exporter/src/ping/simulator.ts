import { z } from 'zod';
import { fetchFailure } from '../model/fetch-failure';
import type { EchoOutcome, EchoPlan, PingDriver } from './driver';

const SLOT_MS = 250;
/** The simulator answers when the round is over: as long as the round itself takes, and this much for the way. */
const GRACE_MS = 5000;

const answerSchema = z.object({
  outcomes: z.array(z.object({ sent: z.number().int().nonnegative(), rtts_ms: z.array(z.number().nonnegative()) })),
});

/** Echoes to devices that exist only in a simulator, through its control port. */
export class SimulatorDriver implements PingDriver {
  readonly name = 'simulator';
  readonly slotMs = SLOT_MS;
  readonly description: string;
  private readonly endpoint: string;
  private readonly closing = new AbortController();

  /** @throws Error when the URL is none, or not http or https */
  constructor(url: string) {
    const base = URL.canParse(url) ? new URL(url) : undefined;
    if (!base || !/^https?:$/.test(base.protocol)) {
      throw new Error(`ping through the simulator at "${url}": it must be an http or https URL`);
    }
    this.endpoint = `${base.origin}${base.pathname.replace(/\/$/, '')}/icmp`;
    this.description = `simulator (${base.origin})`;
  }

  /** @throws Error (by the promise) of one line when the simulator does not answer as agreed */
  async round(
    addresses: readonly string[],
    plan: EchoPlan,
    onDecided: (index: number, outcome: EchoOutcome) => void
  ): Promise<void> {
    if (addresses.length === 0) {
      return;
    }
    const outcomes = await this.ask(addresses, plan).catch((err: Error) => {
      throw new Error(`ping ${addresses.length} addresses through ${this.endpoint}: ${fetchFailure(err)}`);
    });
    outcomes.forEach(({ sent, rtts_ms }, index) => {
      onDecided(index, { sent, rttsMs: rtts_ms.filter((rtt) => rtt <= plan.timeoutMs) });
    });
  }

  private async ask(addresses: readonly string[], plan: EchoPlan): Promise<z.infer<typeof answerSchema>['outcomes']> {
    const roundMs = plan.count * plan.gapMs + plan.timeoutMs;
    const response = await fetch(this.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ addresses, count: plan.count, timeout_ms: plan.timeoutMs }),
      signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(roundMs + GRACE_MS)]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`it answered ${response.status}, 200 would be right`);
    }
    const answer = answerSchema.safeParse(await response.json());
    if (!answer.success) {
      const issue = answer.error.issues[0]!;
      throw new Error(`its answer has at ${issue.path.join('.') || 'the top'}: ${issue.message}`);
    }
    const { outcomes } = answer.data;
    if (outcomes.length !== addresses.length) {
      throw new Error(`it answered for ${outcomes.length} addresses, one outcome for each would be right`);
    }
    return outcomes;
  }

  close(): Promise<void> {
    this.closing.abort(new Error('the driver was closed'));
    return Promise.resolve();
  }
}
