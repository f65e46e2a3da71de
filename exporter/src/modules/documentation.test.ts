import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ModuleCatalogue } from './catalogue';
import { metricFamilies } from './families';
import { shippedModuleFiles } from './shipped';
import { lintModules } from './lint';
import { loadModules } from './load';
import type { ModuleMetric } from './snmp-module';
import { profileFileSchema } from './profile-schema';
import { leafKeys } from '../config/known-keys';

const page = readFileSync(path.join(__dirname, '../../../docs/modules.md'), 'utf8');

/** Labels that stay on the samples of a metric, in the order of the file. */
function labelsOf({ indexes, lookups }: ModuleMetric): string[] {
  const deleted = lookups.filter((one) => one.labels.length === 0).map((one) => one.labelname);
  const all = [...indexes, ...lookups].map((one) => one.labelname);
  return [...new Set(all)].filter((label) => !deleted.includes(label));
}

function shipped(): string[] {
  return shippedModuleFiles().flatMap((file) => {
    const { modules } = loadModules([file]);
    return [...modules.values()].flatMap((module) =>
      module.metrics.flatMap((metric) =>
        metricFamilies(metric).map((family) =>
          [path.basename(file.name), module.name, family.name, family.type, labelsOf(metric).join(' ')].join(' | ')
        )
      )
    );
  });
}

function documented(): string[] {
  const rows: string[] = [];
  let file = '';
  let module = '';
  for (const line of page.split('\n')) {
    file = /^### `(\w+\.yml)`/.exec(line)?.[1] ?? file;
    module = /^#### `(\w+)`/.exec(line)?.[1] ?? module;
    const [, name, type, labels] = /^\| `(snmp_\w+)` \| (\w+) \| ([^|]*) \| [^|]+ \|$/.exec(line) ?? [];
    if (name !== undefined) {
      const names = [...(labels as string).matchAll(/`(\w+)`/g)].map((match) => match[1]);
      rows.push([file, module, name, type, names.join(' ')].join(' | '));
    }
  }
  return rows;
}

/** The indented example that begins with this line. */
function example(firstLines: string): string {
  const from = page.indexOf(firstLines);
  const lines = page.slice(from).split('\n');
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('    '));
  expect(from).toBeGreaterThan(0);
  return lines
    .slice(0, end)
    .map((line) => line.slice(4))
    .filter((line) => !line.startsWith('npx'))
    .join('\n');
}

it('shows a module and profiles that work together', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'documented-'));
  const [modules, profiles] = ['modules.yml', 'profiles.yml'].map((name) => path.join(directory, name)) as [
    string,
    string,
  ];
  writeFileSync(modules, example('    modules:\n      acme:'));
  writeFileSync(profiles, example('    profiles:\n      mikrotik:'));
  const catalogue = ModuleCatalogue.load({ modules: [modules], profiles: [profiles] });
  expect(catalogue.profileFor({ sysObjectID: '1.3.6.1.4.1.99999.4', sysDescr: '' })).toMatchObject({
    name: 'acme',
    vendor: 'acme',
  });
  expect(lintModules([{ name: modules, text: readFileSync(modules, 'utf8') }])).toEqual([]);
  rmSync(directory, { recursive: true });
});

it('lists every metric of the shipped modules with its type and labels, and none that does not exist', () => {
  expect(documented()).toEqual(shipped());
});

it('names every profile', () => {
  const missing = [
    ...new Set(
      ModuleCatalogue.shipped()
        .profiles()
        .map(({ name }) => name)
    ),
  ].filter((name) => !page.includes(`| \`${name}\` |`));
  expect(missing).toEqual([]);
});

it('tells every key of a profile', () => {
  const segments = leafKeys(profileFileSchema).flatMap((key) => key.path.replaceAll('[]', '').split('.'));
  const missing = [...new Set(segments)].filter((key) => key !== '<name>' && !page.includes(`\`${key}\``));
  expect(missing).toEqual([]);
});
