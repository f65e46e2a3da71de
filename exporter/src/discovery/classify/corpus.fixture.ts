import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { InterfaceType } from '../../model/interface';
import type { InterfaceTexts } from './classify';

/** An interface of which people have said what it is. */
export interface Labelled {
  /** As it stands in the file. */
  text: string;
  texts: InterfaceTexts;
  type: InterfaceType;
  /** Of isp; empty otherwise. */
  provider: string;
}

/** A text alone is an alias. */
type Entry =
  | string
  | {
      alias?: string;
      name?: string;
      descr?: string;
      type?: number;
      speed?: number;
      device?: string;
      neighbour?: string;
    };

function texts(entry: Entry): InterfaceTexts {
  const { alias = '', name = '', descr = '', type = 6, ...more } = typeof entry === 'string' ? { alias: entry } : entry;
  return {
    ifAlias: alias,
    ifName: name,
    ifDescr: descr,
    ifType: type,
    speed: 'speed' in more ? more.speed : undefined,
    deviceType: 'device' in more ? more.device : undefined,
    neighbour: 'neighbour' in more ? more.neighbour : undefined,
  };
}

const shown = (entry: Entry) => (typeof entry === 'string' ? entry : JSON.stringify(entry));
const read = (file: string): unknown => parse(readFileSync(path.join(__dirname, 'corpus', file), 'utf8'));

/** A file of interfaces by what they are. */
export function readCorpus(file: string): Labelled[] {
  const byType = read(file) as Record<InterfaceType, Entry[]> & { isp: Record<string, Entry[]> };
  return Object.entries(byType).flatMap(([type, entries]) =>
    Object.entries(type === 'isp' ? entries : { '': entries as Entry[] }).flatMap(([provider, list]) =>
      (list as Entry[]).map((entry) => ({
        text: shown(entry),
        texts: texts(entry),
        type: type as InterfaceType,
        provider,
      }))
    )
  );
}

/** Interfaces that lead to no provider. */
export function readNegatives(file: string): { text: string; texts: InterfaceTexts }[] {
  return (read(file) as { negatives: Entry[] }).negatives.map((entry) => ({ text: shown(entry), texts: texts(entry) }));
}
