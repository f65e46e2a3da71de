import type { Sample } from '../model/sample';
import type { Varbind } from '../snmp/session';
import { dateAndTime, ntpTime } from './date-and-time';
import { goNumber } from './go-number';
import { expandTemplate } from './pattern';
import { siblingColumn, typeFromSibling, type Answers, type Labels } from './row-labels';
import type { ModuleMetric, ValueType } from './snmp-module';
import { strptime } from './strptime';
import { plainText, valueNumber, valueText } from './value-text';

/** Where the samples of one value go. */
export interface SampleSink {
  add(sample: Sample): void;
  problem(message: string): void;
}

/** Makes the samples of one value; `row` is the dotted index below the metric's OID. */
export type MakeSamples = (varbind: Varbind, row: string, labels: Labels, answers: Answers, sink: SampleSink) => void;

/**
 * What the `type` of a metric makes of its values, prepared once for a module. `taken`: a label of an index or a lookup
 * has the metric's own name already.
 */
export function samplesOf(metric: ModuleMetric, taken: boolean): MakeSamples {
  const { name, help } = metric;
  switch (metric.type) {
    case 'counter':
    case 'gauge':
    case 'Float':
    case 'Double': {
      const type = metric.type === 'counter' ? 'counter' : 'gauge';
      return (varbind, _row, labels, _answers, sink) =>
        sink.add({ name, type, help, labels, value: scaled(metric, valueNumber(varbind)) });
    }
    case 'DateAndTime':
      return times(metric, octetsOnly(dateAndTime));
    case 'NTPTimeStamp':
      return times(metric, octetsOnly(ntpTime));
    case 'ParseDateAndTime': {
      const parse = strptime(metric.datetimePattern);
      return times(metric, (varbind) => parse(plainText(varbind)));
    }
    case 'EnumAsInfo':
      return enumAsInfo(metric, taken);
    case 'EnumAsStateSet':
      return taken ? refused(metric) : enumAsStateSet(metric);
    case 'Bits':
      return taken ? refused(metric) : bits(metric);
    default:
      return texts(metric, taken);
  }
}

/** Two roundings, as in snmp_exporter. */
function scaled({ scale, offset }: ModuleMetric, value: number): number {
  return (scale === 0 ? value : value * scale) + offset;
}

type ReadTime = (varbind: Varbind) => number | undefined;

const octetsOnly =
  (read: (octets: Buffer) => number | undefined): ReadTime =>
  ({ value }) =>
    Buffer.isBuffer(value) ? read(value) : undefined;

function times(metric: ModuleMetric, read: ReadTime): MakeSamples {
  const { name, help } = metric;
  return (varbind, _row, labels, _answers, sink) => {
    const time = read(varbind);
    if (time !== undefined) {
      sink.add({ name, type: 'gauge', help, labels, value: scaled(metric, time) });
    }
  };
}

function enumAsInfo({ name, help, enumValues }: ModuleMetric, taken: boolean): MakeSamples {
  const family = { name: `${name}_info`, type: 'gauge', help: `${help} (EnumAsInfo)`, value: 1 } as const;
  return (varbind, _row, labels, _answers, sink) => {
    if (taken) {
      return;
    }
    const number = Math.trunc(valueNumber(varbind));
    sink.add({ ...family, labels: { ...labels, [name]: enumValues.get(number) ?? String(number) } });
  };
}

/** The same label twice: snmp_exporter refuses such a value too. */
function refused({ name, oid }: ModuleMetric): MakeSamples {
  const message = `metric ${name} (${oid}): its own label ${name} is already the label of an index or a lookup`;
  return (_varbind, _row, _labels, _answers, sink) => sink.problem(message);
}

function enumAsStateSet(metric: ModuleMetric): MakeSamples {
  const { name, enumValues } = metric;
  const family = { name, type: 'gauge', help: `${metric.help} (EnumAsStateSet)` } as const;
  return (varbind, _row, labels, _answers, sink) => {
    const number = Math.trunc(valueNumber(varbind));
    const current = enumValues.get(number) ?? String(number);
    sink.add({ ...family, labels: { ...labels, [name]: current }, value: 1 });
    for (const [other, text] of enumValues) {
      if (other !== number) {
        sink.add({ ...family, labels: { ...labels, [name]: text }, value: 0 });
      }
    }
  };
}

function bits(metric: ModuleMetric): MakeSamples {
  const { name, enumValues } = metric;
  const family = { name, type: 'gauge', help: `${metric.help} (Bits)` } as const;
  return ({ oid, value }, _row, labels, _answers, sink) => {
    if (!Buffer.isBuffer(value)) {
      sink.problem(`metric ${name} (${oid}): BITS must be octets, the device sent ${value}`);
      return;
    }
    for (const [bit, text] of enumValues) {
      const octet = value[bit >> 3] ?? 0;
      sink.add({ ...family, labels: { ...labels, [name]: text }, value: (octet >> (7 - (bit & 7))) & 1 });
    }
  };
}

/** The value as label of a 1, or what regular expressions read out of it. */
function texts(metric: ModuleMetric, taken: boolean): MakeSamples {
  const { name, help, oid, displayHint } = metric;
  const sibling = siblingColumn(oid, metric.type);
  const typeOf = (row: string, answers: Answers): ValueType =>
    sibling === undefined
      ? metric.type
      : (typeFromSibling(metric.type, row === '' ? sibling : `${sibling}.${row}`, answers) ?? 'OctetString');
  const text = (varbind: Varbind, row: string, answers: Answers) =>
    valueText(varbind, typeOf(row, answers), displayHint);
  if (metric.regexExtracts.length > 0) {
    return (varbind, row, labels, answers, sink) => extracts(metric, text(varbind, row, answers), labels, sink);
  }
  const value = scaled(metric, 1);
  return (varbind, row, labels, answers, sink) =>
    sink.add({
      name,
      type: 'gauge',
      help,
      labels: taken ? labels : { ...labels, [name]: text(varbind, row, answers) },
      value,
    });
}

function extracts(metric: ModuleMetric, text: string, labels: Labels, sink: SampleSink): void {
  for (const { suffix, choices } of metric.regexExtracts) {
    for (const { regex, value } of choices) {
      const match = regex.match(text);
      const number = match ? goNumber(expandTemplate(value, match)) : undefined;
      if (number !== undefined) {
        sink.add({
          name: metric.name + suffix,
          type: 'gauge',
          help: `${metric.help} (regex extracted)`,
          labels,
          value: scaled(metric, number),
        });
        break;
      }
    }
  }
}
