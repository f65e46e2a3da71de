/** A sample of the text format; `timestamp` in Unix ms where the line carries one. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
  timestamp: number | undefined;
}

// The exporter pads values, so that they can be written in place: any number of spaces stands before them.
const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? +(\S+)(?: +(\d+))?$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/g;
const ESCAPES: Record<string, string> = { n: '\n' };

/** Reads what `/metrics` answers; a line that is no sample and no comment is an error. */
export function samplesOf(text: string): Sample[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [, name, labels = '', value, timestamp] = LINE.exec(line) ?? [];
      if (name === undefined) {
        throw new Error(`no sample: ${line}`);
      }
      return {
        name,
        labels: Object.fromEntries(
          [...labels.matchAll(LABEL)].map(([, label, raw]) => [
            label,
            raw!.replace(/\\(.)/g, (_, escaped: string) => ESCAPES[escaped] ?? escaped),
          ])
        ),
        value: Number(value),
        timestamp: timestamp === undefined ? undefined : Number(timestamp),
      };
    });
}

/** The samples of a page, by family and labels. */
export class Page {
  constructor(readonly samples: readonly Sample[]) {}

  static async of(url: string): Promise<Page> {
    const response = await fetch(`${url}/metrics`);
    if (!response.ok) {
      throw new Error(`${url}/metrics: ${response.status}`);
    }
    return new Page(samplesOf(await response.text()));
  }

  all(name: string, labels: Record<string, string> = {}): Sample[] {
    return this.samples.filter(
      (sample) =>
        sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value)
    );
  }

  /** Value of the only sample, undefined without one; several are an error. */
  value(name: string, labels: Record<string, string> = {}): number | undefined {
    return this.one(name, labels)?.value;
  }

  one(name: string, labels: Record<string, string> = {}): Sample | undefined {
    const found = this.all(name, labels);
    if (found.length > 1) {
      throw new Error(`${name}${JSON.stringify(labels)} is ${found.length} samples`);
    }
    return found[0];
  }
}
