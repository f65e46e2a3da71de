import type { AgentRequests } from './agent-requests';
import { type AgentError, ERROR_STATUS, where } from './failure';
import { walkLeaves } from './leaf-walk';
import type { PduSizes } from './pdu-size';
import { SnmpError, type ColumnRows, type ColumnsOptions, type Varbind, type WalkOptions } from './session';
import { walkColumns, type WalkAnswer } from './walk';
import type { WalkCut } from './walk-cut';
import type { WalkLimits } from './walk-limits';
import { WalkStep } from './walk-step';

export interface AgentWalkParts {
  sizes: PduSizes;
  limits: WalkLimits;
  onCut: (cut: WalkCut) => void;
}

/** Walks of one agent. */
export class AgentWalk {
  constructor(
    private readonly requests: AgentRequests,
    private readonly parts: AgentWalkParts
  ) {}

  async columns(columns: readonly string[], { maxRows, onCut }: ColumnsOptions): Promise<ColumnRows> {
    const step = this.step();
    const cut = (why: WalkCut) => {
      this.parts.onCut(why);
      onCut?.(why);
    };
    const rows = await walkColumns(columns, (cursors, known) => step.next(cursors, known), { maxRows, onCut: cut });
    if (step.refusals[0] && [...rows.values()].every((column) => column.size === 0)) {
      throw step.refusals[0];
    }
    count(step.refusals, cut);
    return rows;
  }

  /** `leaf`: the value of the root itself, empty without one. */
  async leaves(
    root: string,
    { maxRepetitions = 0, allowNonIncreasing }: WalkOptions,
    leaf: () => Promise<Varbind[]>
  ): Promise<Varbind[]> {
    const step = this.step(maxRepetitions || undefined);
    const next = async (cursor: string, known: number) => {
      const answer: WalkAnswer = await step.next([cursor], known);
      // Who may see nothing at all must not look like an agent that has nothing.
      if (known === 0 && step.refusals[0]?.reason === 'auth') {
        throw step.refusals[0];
      }
      return answer.rows[0] ?? null;
    };
    const fail = (trouble: string) =>
      new SnmpError('malformed', `walk of ${root} at ${where(this.requests.endpoint)}: ${trouble}`);
    const found = await walkLeaves(root, { next, leaf, fail, onCut: this.parts.onCut }, { allowNonIncreasing });
    count(step.refusals, this.parts.onCut);
    return found;
  }

  private step(most?: number): WalkStep {
    return new WalkStep(this.requests, this.parts.sizes, this.parts.limits, most);
  }
}

/** noSuchName is how version 1 says that there is nothing more. */
function count(refusals: readonly AgentError[], cut: (why: WalkCut) => void): void {
  for (const { status } of refusals) {
    if (status !== ERROR_STATUS.noSuchName) {
      cut('error_status');
    }
  }
}
