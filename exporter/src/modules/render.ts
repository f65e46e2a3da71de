import type { Sample } from '../model/sample';
import type { Varbind } from '../snmp/session';
import { samplesOf, type MakeSamples, type SampleSink } from './metric-samples';
import { MetricTree } from './metric-tree';
import { rowLabels, rowShape, type Labels, type RowShape } from './row-labels';
import type { ModuleMetric, SnmpModule } from './snmp-module';

interface Prepared {
  oid: string;
  shape: RowShape;
  make: MakeSamples;
}

const trees = new WeakMap<SnmpModule, MetricTree<Prepared>>();

/**
 * What the answers of a device mean in the words of a module, in the order of the answers. Of an OID that came twice
 * the last value counts. Several samples may have the same name and labels, when rows are labelled alike: whoever
 * writes them out decides. `problems` are values that could not become samples, for people.
 */
export function renderModule(
  module: SnmpModule,
  varbinds: readonly Varbind[]
): { samples: Sample[]; problems: string[] } {
  const answers = new Map<string, Varbind>();
  for (const varbind of varbinds) {
    answers.set(varbind.oid, varbind);
  }
  const samples: Sample[] = [];
  const problems = new Set<string>();
  const sink: SampleSink = {
    add: (sample) => void samples.push(sample),
    problem: (message) => void problems.add(message),
  };
  const tree = treeOf(module);
  const rows = new Map<RowShape, Map<string, Labels>>();
  for (const varbind of answers.values()) {
    const found = tree.find(varbind.oid);
    if (!found) {
      continue;
    }
    const { shape, make } = found.entry;
    const row = varbind.oid.slice(found.length + 1);
    let known = rows.get(shape);
    if (!known) {
      known = new Map();
      rows.set(shape, known);
    }
    let labels = known.get(row);
    if (!labels) {
      labels = rowLabels(shape, row, answers);
      known.set(row, labels);
    }
    make(varbind, row, labels, answers, sink);
  }
  return { samples, problems: [...problems] };
}

function treeOf(module: SnmpModule): MetricTree<Prepared> {
  let tree = trees.get(module);
  if (!tree) {
    tree = new MetricTree(prepared(module.metrics));
    trees.set(module, tree);
  }
  return tree;
}

function prepared(metrics: readonly ModuleMetric[]): Prepared[] {
  const shapes = new Map<string, RowShape>();
  return metrics.map((metric) => {
    const key = JSON.stringify([metric.indexes, metric.lookups], (_key, value: unknown) =>
      value instanceof Map ? [...value] : value
    );
    const shape = shapes.get(key) ?? rowShape(metric);
    shapes.set(key, shape);
    return { oid: metric.oid, shape, make: samplesOf(metric, shape.names.has(metric.name)) };
  });
}
