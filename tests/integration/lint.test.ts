import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '../..');
let tree: string;

/** A small tree of the project's layout with the project's own lint configuration. */
beforeEach(() => {
  tree = mkdtempSync(path.join(tmpdir(), 'lint-'));
  for (const file of [
    'eslint.config.mjs',
    'tsconfig.base.json',
    'tsconfig.json',
    'package.json',
    'exporter/tsconfig.json',
  ]) {
    mkdirSync(path.dirname(path.join(tree, file)), { recursive: true });
    cpSync(path.join(ROOT, file), path.join(tree, file));
  }
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));
});
afterEach(() => rmSync(tree, { recursive: true }));

function write(file: string, text: string): void {
  const at = path.join(tree, file);
  mkdirSync(path.dirname(at), { recursive: true });
  writeFileSync(at, text);
}

function lint(): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const eslint = path.join(ROOT, 'node_modules/eslint/bin/eslint.js');
    execFile(process.execPath, [eslint, '--format', 'json', 'exporter/src'], { cwd: tree }, (err, stdout, stderr) => {
      if (err && err.code !== 1) {
        reject(new Error(`${stdout}${stderr}`));
        return;
      }
      const files = JSON.parse(stdout) as { filePath: string; messages: { ruleId: string }[] }[];
      resolve(files.flatMap((f) => f.messages.map((m) => `${path.relative(tree, f.filePath)} ${m.ruleId}`)));
    });
  });
}

const VALUE = 'export const value = 1;\n';

it.each<[string, Record<string, string>, string[]]>([
  [
    'imports along the direction',
    {
      'exporter/src/model/a.ts': VALUE,
      'exporter/src/snmp/b.ts': "export { value } from '../model/a';\n",
      'exporter/src/poll/c.ts': "export { value } from '../snmp/b';\n",
      'exporter/src/bin/d.ts': "export { value } from '../poll/c';\n",
    },
    [],
  ],
  [
    'model importing snmp',
    { 'exporter/src/snmp/a.ts': VALUE, 'exporter/src/model/b.ts': "export { value } from '../snmp/a';\n" },
    ['exporter/src/model/b.ts import-x/no-restricted-paths'],
  ],
  [
    'metrics importing poll',
    { 'exporter/src/poll/a.ts': VALUE, 'exporter/src/metrics/b.ts': "export { value } from '../poll/a';\n" },
    ['exporter/src/metrics/b.ts import-x/no-restricted-paths'],
  ],
  [
    'poll importing bin',
    { 'exporter/src/bin/a.ts': VALUE, 'exporter/src/poll/b.ts': "export { value } from '../bin/a';\n" },
    ['exporter/src/poll/b.ts import-x/no-restricted-paths'],
  ],
  [
    'a cycle',
    {
      'exporter/src/model/a.ts': "import { b } from './b';\nexport const a = () => b;\n",
      'exporter/src/model/b.ts': "import { a } from './a';\nexport const b = () => a;\n",
    },
    ['exporter/src/model/a.ts import-x/no-cycle', 'exporter/src/model/b.ts import-x/no-cycle'],
  ],
  [
    'a file named utils',
    { 'exporter/src/model/utils.ts': VALUE },
    ['exporter/src/model/utils.ts check-file/filename-blocklist'],
  ],
  [
    'a file named helpers',
    { 'exporter/src/model/helpers.ts': VALUE },
    ['exporter/src/model/helpers.ts check-file/filename-blocklist'],
  ],
  [
    'a file named common',
    { 'exporter/src/snmp/common.ts': VALUE },
    ['exporter/src/snmp/common.ts check-file/filename-blocklist'],
  ],
  [
    'a folder named helpers',
    { 'exporter/src/snmp/helpers/a.ts': VALUE },
    ['exporter/src/snmp/helpers/a.ts check-file/filename-blocklist'],
  ],
])(
  'the lint judges %s',
  async (_, files, expected) => {
    Object.entries(files).forEach(([file, text]) => write(file, text));
    expect(await lint()).toEqual(expected);
  },
  60_000
);
