import type { Varbind } from '../snmp/session';
import { indexText, TYPE_BY_NUMBER } from './index-text';
import type { ModuleIndex, ModuleLookup, ModuleMetric, TextType, ValueType } from './snmp-module';
import { valueInteger, valueNumber, valueText } from './value-text';

/** The answers of one device by OID. */
export type Answers = ReadonlyMap<string, Varbind>;
export type Labels = Readonly<Record<string, string>>;

interface LookupStep {
  lookup: ModuleLookup;
  /** Places of the labels whose arcs make the index. */
  from: readonly number[];
  to: number;
  /** The column that says what kind of address it is; undefined for types that say it themselves. */
  sibling: string | undefined;
}

/** What the rows of a metric are labelled with; metrics of one table share one, and with it the work for each row. */
export interface RowShape {
  indexes: readonly { index: ModuleIndex; to: number }[];
  lookups: readonly LookupStep[];
  places: number;
  /** Labels that are left at the end, with the place of their text. */
  labels: readonly (readonly [name: string, place: number])[];
  names: ReadonlySet<string>;
}

export function rowShape({ indexes, lookups }: Pick<ModuleMetric, 'indexes' | 'lookups'>): RowShape {
  const places = new Map<string, number>();
  const place = (name: string) => {
    const known = places.get(name) ?? places.size;
    places.set(name, known);
    return known;
  };
  const present = new Map<string, number>();
  const indexSteps = indexes.map((index) => ({ index, to: place(index.labelname) }));
  for (const { index, to } of indexSteps) {
    present.set(index.labelname, to);
  }
  const steps: LookupStep[] = [];
  for (const lookup of lookups) {
    if (lookup.labels.length === 0) {
      present.delete(lookup.labelname);
      continue;
    }
    const [from, to] = [lookup.labels.map(place), place(lookup.labelname)];
    steps.push({ lookup, from, to, sibling: siblingColumn(lookup.oid, lookup.type) });
    present.set(lookup.labelname, to);
  }
  return {
    indexes: indexSteps,
    lookups: steps,
    places: places.size,
    labels: [...present],
    names: new Set(present.keys()),
  };
}

/** The column before, when values of `type` need another to say what they are. */
export function siblingColumn(oid: string, type: ValueType): string | undefined {
  if (TYPE_BY_NUMBER[type] === undefined) {
    return undefined;
  }
  const last = oid.lastIndexOf('.') + 1;
  return `${oid.slice(0, last)}${Number(oid.slice(last)) - 1}`;
}

/** What the sibling of an instance says that it is; undefined when the sibling is not there or says something else. */
export function typeFromSibling(type: ValueType, oid: string, answers: Answers): TextType | undefined {
  const sibling = answers.get(oid);
  return sibling && TYPE_BY_NUMBER[type]!.get(Math.trunc(valueNumber(sibling)));
}

/** Labels of one row: what its index says, then what other columns say about it. */
export function rowLabels(shape: RowShape, row: string, answers: Answers): Labels {
  const texts = new Array<string>(shape.places).fill('');
  const arcs = new Array<string>(shape.places).fill('');
  const index = row === '' ? [] : row.split('.').map(Number);
  let at = 0;
  for (const step of shape.indexes) {
    const { text, used } = indexText(step.index, index, at);
    texts[step.to] = text;
    arcs[step.to] = used.join('.');
    at += used.length;
  }
  for (const { lookup, from, to, sibling } of shape.lookups) {
    const rowOfLookup = from.map((place) => arcs[place]).join('.');
    const found = answers.get(`${lookup.oid}.${rowOfLookup}`);
    if (!found) {
      texts[to] = '';
      continue;
    }
    const type = (sibling && typeFromSibling(lookup.type, `${sibling}.${rowOfLookup}`, answers)) ?? lookup.type;
    texts[to] = lookupText(lookup, type, found);
    arcs[to] = String(valueInteger(found));
  }
  const labels: Record<string, string> = {};
  for (const [name, place] of shape.labels) {
    labels[name] = texts[place]!;
  }
  return labels;
}

function lookupText({ enumValues, displayHint }: ModuleLookup, type: ValueType, found: Varbind): string {
  if (type !== 'EnumAsInfo' || enumValues.size === 0) {
    return valueText(found, type, displayHint);
  }
  const number = valueInteger(found);
  return enumValues.get(number) ?? String(number);
}
