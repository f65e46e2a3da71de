import type { Database } from '../inventory/database';
import { importProviders, listProviders } from '../inventory/providers';
import { createClassifier, type Classifier } from './classify/classify';
import { readProviders } from './classify/providers';
import { readRules } from './classify/rules';

/** The sidecar's classifier: shipped rules, with the shipped providers and those that operators added to the inventory. */
export async function inventoryClassifier(db: Database): Promise<Classifier> {
  await importProviders(db, readProviders());
  return createClassifier(readRules(), await listProviders(db));
}
