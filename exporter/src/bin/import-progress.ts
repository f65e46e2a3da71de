import { Presets, SingleBar } from 'cli-progress';

export type ImportStage = 'sending' | 'reading' | 'writing';
const STAGES: Readonly<Record<ImportStage, string>> = {
  sending: 'sending      ',
  reading: 'reading rows ',
  writing: 'writing rows ',
};

/** How far an import is, for a person at a terminal; other readers of stderr see nothing of it. */
export class ImportProgress {
  private readonly bar: SingleBar | undefined;
  private stage: ImportStage | undefined;

  constructor(terminal: NodeJS.WriteStream) {
    this.bar = terminal.isTTY
      ? new SingleBar(
          {
            stream: terminal,
            format: '{stage} {bar} {percentage} % of {size}',
            barsize: 30,
            hideCursor: true,
            clearOnComplete: true,
          },
          Presets.rect
        )
      : undefined;
  }

  show(stage: ImportStage, done: number, total: number): void {
    if (!this.bar || total === 0) {
      return;
    }
    if (stage !== this.stage) {
      this.bar.stop();
      const size = stage === 'sending' ? `${Math.ceil(total / 1024)} KiB` : String(total);
      this.bar.start(total, done, { stage: STAGES[stage], size });
      this.stage = stage;
    }
    this.bar.update(done);
  }

  /** Takes the bar away: what follows is text. */
  end(): void {
    this.bar?.stop();
    this.stage = undefined;
  }
}
