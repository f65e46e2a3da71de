import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '../setup/terminal.mjs';

/** Waits until `url` answers 200; throws what the supervisor knows when a program has given up. */
export async function waitForAnswer(name, url, supervisor, deadlineMs = 60_000) {
  const end = Date.now() + deadlineMs;
  for (;;) {
    supervisor.check();
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    if (response?.ok) {
      return;
    }
    if (Date.now() > end) {
      throw new UserError(
        `${name} did not answer on ${url} within ${deadlineMs / 1000} s; its log is ${supervisor.logOf(name)}`
      );
    }
    await delay(200);
  }
}

/** Value of an instant query that gives one number; 0 when it gives none. */
export async function scalar(prometheusUrl, query) {
  const url = `${prometheusUrl}/api/v1/query?${new URLSearchParams({ query })}`;
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) }).catch(() => undefined);
  const body = response?.ok ? await response.json() : undefined;
  return Number(body?.data?.result?.[0]?.value?.[1] ?? 0);
}

/** Waits until the first states can be queried: of devices, and for the simulated network of its uplinks too. */
export async function waitForFirstValues(prometheusUrl, supervisor, { uplinks, show }, deadlineMs = 180_000) {
  const start = Date.now();
  const end = start + deadlineMs;
  // Of this start: what the start before left behind can be queried for minutes.
  const known = (series) => `count(timestamp(${series}) > ${start / 1000})`;
  for (;;) {
    supervisor.check();
    const devices = await scalar(prometheusUrl, known('device_state_since_timestamp_seconds{state!="unknown"}'));
    const links = await scalar(
      prometheusUrl,
      known('interface_state_since_timestamp_seconds{interface_type="isp",state!="unknown"}')
    );
    show(`${devices} devices, ${links} uplinks`);
    if (devices > 0 && (!uplinks || links > 0)) {
      return { devices, links };
    }
    if (Date.now() > end) {
      throw new UserError(
        `No values came within ${deadlineMs / 1000} s. The exporter's /status says why device by device; the logs are in ${supervisor.logs}`
      );
    }
    await delay(500);
  }
}
