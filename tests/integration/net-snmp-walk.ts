import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What net-snmp's own snmpwalk finds below a root: the rest of the OID (an instance alone is '') -> text. */
export async function snmpwalk(port: number, community: string, root: string): Promise<Map<string, string>> {
  const { stdout } = await run(
    'snmpwalk',
    [
      ...['-v2c', '-c', community, '-On', '-Oe', '-OU', '-Oq', '-Ot', '-Oa', '-m', '', '-t', '5'],
      `127.0.0.1:${port}`,
      root,
    ],
    { maxBuffer: 16_000_000 }
  );
  const rows = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [, oid, value] = /^\.([\d.]+) ?(.*)$/.exec(line) ?? [];
    if (oid?.startsWith(root) && value !== undefined && !/^No (Such|more)/i.test(value)) {
      rows.set(oid.slice(root.length + 1), value.replace(/^"(.*)"$/, '$1').replace(/^\./, ''));
    }
  }
  return rows;
}
