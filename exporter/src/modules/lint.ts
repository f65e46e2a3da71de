import { SourceDocument } from '../config/document';
import type { Problem } from '../config/problem';
import { isAtOrBelow } from '../model/fingerprint';
import { metricFamilies, type FamilyDescription } from './families';
import { loadModules, type SnmpYmlFile } from './load';
import type { ModuleMetric, SnmpModule } from './snmp-module';

export interface LintFinding extends Problem {
  /** An error means that a value can never come; a hint, that it comes in a way that nobody wants. */
  severity: 'error' | 'hint';
}

/** What every series of a device carries already. */
const IDENTITY_LABELS = ['device_id', 'device_ip', 'device_name', 'vendor'];

/** Who a customer is, and what changes with every device that is plugged in, makes no series. */
const PERSONAL_LABEL = /mac_?addr|phys_?addr|hw_?addr|subscriber|user_?name|caller|imsi|imei/i;

/**
 * What loads and yet cannot be right: a metric or a lookup that nothing asks for, two families of one name that differ,
 * labels that must not be. Throws ConfigError for what does not load.
 */
export function lintModules(files: readonly SnmpYmlFile[]): LintFinding[] {
  const families = new Map<string, FamilyDescription>();
  return files.flatMap((file) => {
    const source = new SourceDocument(file.name, file.text, {}, { scalarsAsText: true, expands: () => false });
    return [...loadModules([file]).modules.values()].flatMap((module) =>
      lintModule(module, families).map(({ path, message, severity }) => ({
        severity,
        ...source.problem({ path: ['modules', module.name, ...path], message: `module ${module.name}: ${message}` }),
      }))
    );
  });
}

interface Finding {
  path: PropertyKey[];
  message: string;
  severity: LintFinding['severity'];
}

function lintModule(module: SnmpModule, families: Map<string, FamilyDescription>): Finding[] {
  return [
    ...module.metrics.flatMap((metric, i) =>
      [
        ...askedFor(module, metric),
        ...shadowed(module, metric, i),
        ...labels(metric),
        ...help(metric),
        ...sameFamily(metric, families),
      ].map((finding) => ({ ...finding, path: ['metrics', i, ...finding.path] }))
    ),
    ...wasted(module),
  ];
}

const error = (message: string, path: PropertyKey[] = []): Finding => ({ path, message, severity: 'error' });
const hint = (message: string, path: PropertyKey[] = []): Finding => ({ path, message, severity: 'hint' });

/** Some instance of the column is among what is asked. */
function isAsked({ walk, get }: SnmpModule, column: string): boolean {
  return (
    walk.some((root) => isAtOrBelow(column, root) || isAtOrBelow(root, column)) ||
    get.some((instance) => isAtOrBelow(instance, column))
  );
}

function askedFor(module: SnmpModule, { name, oid, lookups }: ModuleMetric): Finding[] {
  const findings = isAsked(module, oid)
    ? []
    : [error(`metric ${name}: nothing asks for ${oid}; add it to walk, or an instance of it to get`, ['oid'])];
  lookups.forEach((lookup, i) => {
    if (lookup.labels.length > 0 && !isAsked(module, lookup.oid)) {
      const message = `metric ${name}: the label ${lookup.labelname} is always empty: nothing asks for ${lookup.oid}; add it to walk`;
      findings.push(error(message, ['lookups', i, 'oid']));
    }
  });
  return findings;
}

/** Of an OID below another the one above takes all values; of the same OID twice the last one. */
function shadowed({ metrics }: SnmpModule, { name, oid }: ModuleMetric, at: number): Finding[] {
  const other = metrics.find((one, i) => (i > at && one.oid === oid) || (one.oid !== oid && isAtOrBelow(oid, one.oid)));
  return other
    ? [error(`metric ${name}: it never has a value, because metric ${other.name} (${other.oid}) takes those of ${oid}`)]
    : [];
}

function labels({ name, indexes, lookups }: ModuleMetric): Finding[] {
  const deleted = new Set(lookups.filter((one) => one.labels.length === 0).map((one) => one.labelname));
  const all = [...indexes, ...lookups].filter((one) => !deleted.has(one.labelname));
  return all.flatMap(({ labelname, type }) => {
    if (IDENTITY_LABELS.includes(labelname)) {
      return [
        hint(`metric ${name}: the label ${labelname} belongs to the device, so it becomes exported_${labelname}`),
      ];
    }
    return type === 'PhysAddress48' || PERSONAL_LABEL.test(labelname)
      ? [hint(`metric ${name}: the label ${labelname} makes a series for each address or person; count them instead`)]
      : [];
  });
}

function help({ name, oid, help: text }: ModuleMetric): Finding[] {
  return isNamed(text, oid)
    ? []
    : [hint(`metric ${name}: its help does not name the object and its OID ${oid}`, ['help'])];
}

const isNamed = (text: string, oid: string) => text.split(/[\s()]+/).includes(oid);

function sameFamily(metric: ModuleMetric, families: Map<string, FamilyDescription>): Finding[] {
  return metricFamilies(metric).flatMap((family) => {
    const known = families.get(family.name) ?? family;
    families.set(family.name, known);
    return known.type === family.type && known.help === family.help
      ? []
      : [
          error(`metric ${family.name}: another module gives a family of this name with another type or help`, [
            'name',
          ]),
        ];
  });
}

/** Packets for which nobody has a use. */
function wasted({ walk, get, metrics, filters }: SnmpModule): Finding[] {
  const used = [
    ...metrics.flatMap(({ oid, lookups }) => [oid, ...lookups.map((one) => one.oid)]),
    ...filters.map((one) => one.oid),
  ].filter((oid) => oid !== '');
  const isUsed = (asked: string) => used.some((oid) => isAtOrBelow(oid, asked) || isAtOrBelow(asked, oid));
  return [
    ...walk.flatMap((root, i) =>
      isUsed(root) ? [] : [hint(`no metric and no lookup uses the walk of ${root}`, ['walk', i])]
    ),
    ...get.flatMap((oid, i) => (isUsed(oid) ? [] : [hint(`no metric and no lookup uses ${oid}`, ['get', i])])),
  ];
}
