import path from 'node:path';
import { buildSync } from 'esbuild';

const SOURCES = path.resolve(__dirname, '../../exporter/src');

/** Our own files and the packages that a file takes along, at the start or later. */
function takenAlong(file: string): { files: string[]; packages: string[] } {
  const { metafile } = buildSync({
    entryPoints: [path.join(SOURCES, file)],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
    absWorkingDir: SOURCES,
  });
  const imports = Object.values(metafile.inputs).flatMap((input) => input.imports);
  return {
    files: Object.keys(metafile.inputs),
    packages: [...new Set(imports.filter(({ external }) => external).map((one) => one.path))].sort(),
  };
}

const DRIVERS = ['pg', '@electric-sql/pglite'];
const driversOf = (file: string) => takenAlong(file).packages.filter((name) => DRIVERS.includes(name));
const inventoryOf = (file: string) => takenAlong(file).files.filter((name) => name.startsWith('inventory/'));

test('only the sidecar takes drivers of databases along', () => {
  expect(driversOf('bin/discovery.ts')).toEqual([...DRIVERS].sort());
  expect(driversOf('bin/exporter.ts')).toEqual([]);
});

test.each(['poll/poller.ts', 'ping/rounds.ts', 'metrics/store.ts', 'http/exporter-app.ts'])(
  'what polls and serves asks no database: nothing of the inventory is in %s',
  (file) => {
    expect(inventoryOf(file)).toEqual([]);
  }
);
