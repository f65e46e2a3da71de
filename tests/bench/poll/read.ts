import { get } from 'node:http';

/** The body of an answer, not compressed: neither side pays for gzip. Rejects unless the status is 200. */
export function read(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => {
        const text = Buffer.concat(parts).toString();
        if (answer.statusCode === 200) {
          resolve(text);
        } else {
          reject(new Error(`GET ${url}: ${answer.statusCode} ${text.slice(0, 500)}`));
        }
      });
    }).on('error', reject);
  });
}
