import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InventoryClassifier, readClassifierFiles } from '../../exporter/src/discovery/provider-catalogue';
import type { Database } from '../../exporter/src/inventory/database';
import { migrate } from '../../exporter/src/inventory/migrate';
import { describeOnBoth } from './inventory-databases';

const directory = mkdtempSync(path.join(tmpdir(), 'classifier-'));
afterAll(() => rmSync(directory, { recursive: true }));
const file = (name: string, text: string) => {
  const at = path.join(directory, name);
  writeFileSync(at, text);
  return at;
};
const told = ({ classify }: InventoryClassifier, ifAlias: string) => {
  const { interfaceType, ispProvider } = classify({ ifAlias, ifDescr: '', ifName: '', ifType: 6 });
  return `${interfaceType} ${ispProvider}`.trim();
};
const addProvider = (db: Database, name: string, alias: string) =>
  db.query(`insert into providers (name, display_name, aliases) values ($1, $1, array[$2])`, [name, alias]);

describeOnBoth('the classifier of an inventory', (backend) => {
  let db: Database;
  beforeAll(async () => {
    db = await backend.fresh();
    await migrate(db);
  });
  afterEach(async () => {
    await db.query(`delete from providers`);
  });

  it('knows what operators add, change and delete, once it looks', async () => {
    const classifier = await InventoryClassifier.open(db);
    expect(told(classifier, 'VillageNet')).toBe('other');
    await addProvider(db, 'vnet', 'village net');
    expect(told(classifier, 'VillageNet')).toBe('other');
    expect(await classifier.refresh()).toBe(true);
    expect(told(classifier, 'VillageNet')).toBe('isp vnet');
    expect(await classifier.refresh()).toBe(false);

    await db.query(`update providers set asn = 65001 where name = 'vnet'`);
    expect(await classifier.refresh()).toBe(true);
    expect(told(classifier, 'BGP AS65001')).toBe('isp vnet');

    await db.query(`delete from providers where name = 'vnet'`);
    expect(await classifier.refresh()).toBe(true);
    expect(told(classifier, 'VillageNet')).toBe('other');
  });

  it('lets an operator have the last word on a provider that is shipped', async () => {
    const classifier = await InventoryClassifier.open(db);
    await db.query(`update providers set aliases = '{mobitel}', origin = 'operator' where name = 'silknet'`);
    await classifier.refresh();
    expect([told(classifier, 'Mobitel'), told(classifier, 'silknet internet')]).toEqual(['isp silknet', 'isp unknown']);
    // Of the files it is still there, for when the operator takes his word back.
    expect(classifier.catalogue().find(({ name }) => name === 'silknet')?.aliases).toContain('silknet');
    // A sidecar that starts later changes nothing of it.
    expect(told(await InventoryClassifier.open(db), 'Mobitel')).toBe('isp silknet');
  });

  it('goes by the files that it is given, and by others from a reload on', async () => {
    const first = {
      rulesFile: file('one.yml', 'rules: [{ id: own, type: camera, confidence: 0.9, any: [eye] }]'),
      providersFile: file('p.yml', 'providers: [{ name: vnet, display_name: V, aliases: [village net], asn: 65001 }]'),
    };
    const classifier = await InventoryClassifier.open(db, readClassifierFiles(first));
    const { classify } = classifier;
    expect([told(classifier, 'eye 3'), told(classifier, 'VillageNet')]).toEqual(['camera', 'isp vnet']);
    expect(await db.query(`select name, asn, origin from providers where name = 'vnet'`)).toEqual([
      { name: 'vnet', asn: 65001, origin: 'shipped' },
    ]);
    expect(await classifier.use(readClassifierFiles(first))).toBe(false);

    const rulesFile = file('two.yml', 'rules: [{ id: own, type: voice, confidence: 0.9, any: [eye] }]');
    expect(await classifier.use(readClassifierFiles({ rulesFile, providersFile: null }))).toBe(true);
    expect([told(classifier, 'eye 3'), told(classifier, 'VillageNet')]).toEqual(['voice', 'other']);
    expect(await db.query(`select 1 from providers where name = 'vnet'`)).toEqual([]);
    // Who walks keeps the function that he was given.
    expect(classifier.classify).toBe(classify);
  });

  it('looks again by itself, also after the database was away, until it is closed', async () => {
    const troubles: unknown[] = [];
    const classifier = await InventoryClassifier.open(db);
    const away = new Error('away');
    const query = jest.spyOn(db, 'query').mockRejectedValueOnce(away);
    classifier.follow(1, (err) => troubles.push(err));
    const known = async (alias: string) => {
      while (told(classifier, alias) === 'other') {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    };
    await addProviderUnspied(db, query);
    await known('VillageNet');
    expect(troubles).toEqual([away]);
    await classifier.close();
    const asked = query.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(query.mock.calls.length).toBe(asked);
    query.mockRestore();
  });
});

/** Adds a provider when the first look has failed. */
async function addProviderUnspied(db: Database, query: jest.SpyInstance): Promise<void> {
  while (query.mock.calls.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await addProvider(db, 'vnet', 'village net');
}
