import type { AppSettings } from '../../config/settings';
import { devicesOf, uplinksOf } from '../../data/fleet';
import { factQueries, historyQueries } from '../../data/history-queries';
import { openMetricsSource } from '../../data/metrics-source';
import { samplesOf, seriesOf, type Sample, type Series } from '../../data/samples';
import { deviceStates, uplinkStates } from '../../data/state-queries';
import type { DeviceStatus } from '../../status/entities';
import { sitesOf, type SiteUplink } from '../../status/sites';
import { gridOf, type Grid, type SpanName } from './time-ranges';

/** Current facts of a device. null: not known now. */
export interface DeviceFacts {
  rttMs: number | null;
  lossPercent: number | null;
  /** Label `reason` of device_snmp_state; null when SNMP says nothing (not polled, or nothing fresh). */
  snmpReason: string | null;
  /** Seconds since the newest answer, by collector. */
  ages: Array<{ collector: string; seconds: number }>;
  vendor: string;
  model: string;
  osVersion: string;
  sysName: string;
  role: string;
}

export interface DeviceNow {
  /** null when no such device was seen within the lookback. */
  device: DeviceStatus | null;
  uplinks: SiteUplink[];
  facts: DeviceFacts;
}

export interface DeviceHistory {
  grid: Grid;
  rtt: Series[];
  loss: Series[];
  /** Label if_name and isp_provider; bit/s. */
  in: Series[];
  out: Series[];
}

export async function fetchDevice(settings: AppSettings, id: string): Promise<DeviceNow> {
  const source = await openMetricsSource(settings.datasourceUid);
  const answers = await source.instant({
    device: deviceStates(settings, id),
    uplinks: uplinkStates(settings, id),
    ...factQueries(id),
  });
  const devices = devicesOf(samplesOf(answers.device));
  const uplinks = uplinksOf(samplesOf(answers.uplinks));
  return {
    device: devices[0] ?? null,
    uplinks: sitesOf({ devices, uplinks }).flatMap((site) => site.uplinks),
    facts: factsOf({
      rtt: samplesOf(answers.rtt),
      loss: samplesOf(answers.loss),
      snmp: samplesOf(answers.snmp),
      age: samplesOf(answers.age),
      info: samplesOf(answers.info),
    }),
  };
}

export async function fetchHistory(settings: AppSettings, id: string, span: SpanName): Promise<DeviceHistory> {
  const grid = gridOf(span, Date.now());
  const source = await openMetricsSource(settings.datasourceUid);
  const answers = await source.range(historyQueries(id, grid.stepSeconds), grid.range, grid.stepSeconds);
  return {
    grid,
    rtt: seriesOf(answers.rtt),
    loss: seriesOf(answers.loss),
    in: seriesOf(answers.in),
    out: seriesOf(answers.out),
  };
}

export function factsOf(samples: Record<'rtt' | 'loss' | 'snmp' | 'age' | 'info', Sample[]>): DeviceFacts {
  const info = samples.info[0]?.labels ?? {};
  return {
    rttMs: samples.rtt[0]?.value ?? null,
    lossPercent: samples.loss[0]?.value ?? null,
    snmpReason: samples.snmp.find(({ value }) => value === 1)?.labels.reason ?? null,
    ages: samples.age
      .map(({ labels, value }) => ({ collector: labels.collector ?? '', seconds: value }))
      .sort((a, b) => a.collector.localeCompare(b.collector)),
    vendor: info.vendor ?? '',
    model: info.model ?? '',
    osVersion: info.os_version ?? '',
    sysName: info.sys_name ?? '',
    role: info.role ?? '',
  };
}
