import { Transform } from 'node:stream';

/** Objects as the JSON text `{"<key>":[…]}`, one a line. */
export function jsonList(key: string): Transform {
  let before = `{${JSON.stringify(key)}:[\n`;
  return new Transform({
    writableObjectMode: true,
    transform(item, _encoding, done) {
      const text = before + JSON.stringify(item);
      before = ',\n';
      done(null, text);
    },
    flush(done) {
      done(null, `${before === ',\n' ? '' : before}\n]}\n`);
    },
  });
}
