import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { fleet, TIMESTAMP, valueOf } from './fleet';

export function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, resolve).on('error', reject);
  });
}

/** Reads everything and compares every value (and time) with what was set in `pass`. Returns what is wrong. */
export async function verify(url: string, devices: number, pass: number, timestamps: boolean): Promise<string[]> {
  const expected = new Map<string, string>();
  let n = 0;
  for (const { family, labels } of fleet(devices)) {
    const time = timestamps && family.type === 'counter' ? ` ${TIMESTAMP + pass}` : '';
    expected.set(
      `${family.name} ${labels['device_id']} ${labels['if_name'] ?? ''}`,
      `${valueOf(family, n++, pass)}${time}`
    );
  }
  const wrong: string[] = [];
  for await (const line of createInterface({ input: await open(url) })) {
    if (line === '' || line.startsWith('#')) {
      continue;
    }
    const label = (name: string) => new RegExp(`[{,]${name}="([^"]*)"`).exec(line)?.[1] ?? '';
    const key = `${line.slice(0, line.indexOf('{'))} ${label('device_id')} ${label('if_name')}`;
    const found = line
      .slice(line.lastIndexOf('}') + 1)
      .trim()
      .replaceAll(/ +/g, ' ');
    const right = expected.get(key);
    if (found !== right && wrong.length < 10) {
      wrong.push(`${key} is ${found}, not ${right ?? 'there at all'}`);
    }
    expected.delete(key);
  }
  return expected.size === 0 ? wrong : [...wrong, `${expected.size} series are missing`];
}
