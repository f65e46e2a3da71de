// npm run verify: asks a running product part by part whether it does its work. `-- --port-base N` for other ports.
import { parseArgs } from 'node:util';
import { fail, UserError } from './setup/terminal.mjs';
import { scalar } from './start/first-values.mjs';
import { portsFrom } from './start/ports.mjs';

const { values } = parseArgs({ options: { 'port-base': { type: 'string', default: '9760' } } });
const ports = portsFrom(Number(values['port-base']));
const at = (part, rest) => `http://127.0.0.1:${ports[part]}${rest}`;

async function answers(url) {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) });
  if (!response.ok) {
    throw new Error(`${url} answered ${response.status}: ${(await response.text()).trim().slice(0, 200)}`);
  }
  return response;
}

/** The number that a query gives must be above zero. */
async function positive(query, otherwise) {
  const value = await scalar(at('victoriametrics', ''), query);
  if (!(value > 0)) {
    throw new Error(`${query} is ${value}: ${otherwise}`);
  }
  return `${value}`;
}

const CHECKS = [
  ['the exporter is ready', () => answers(at('exporter', '/-/ready'))],
  ['the sidecar is ready', () => answers(at('discovery', '/-/ready'))],
  ['VictoriaMetrics answers', () => answers(at('victoriametrics', '/health'))],
  ['vmagent answers', () => answers(at('vmagent', '/health'))],
  ['vmalert answers', () => answers(at('vmalert', '/health'))],
  ['the page answers', () => answers(at('page', '/host/plugin.json'))],
  [
    'every scrape works',
    async () =>
      positive(
        'count(up == 1) / (count(up == 1) + (count(up == 0) or vector(0))) == 1',
        'a target is down; vmagent shows which on /targets'
      ),
  ],
  [
    'states of devices are stored',
    () => positive('count(device_state_since_timestamp_seconds)', 'nothing was scraped yet'),
  ],
  [
    'something answers',
    () =>
      positive(
        'count(device_state_since_timestamp_seconds{state="up"})',
        'no device is up; the exporter says why on /status'
      ),
  ],
  [
    'interface counters are stored',
    () => positive('count(interface_if_hc_in_octets)', 'no SNMP poll succeeded; the exporter says why on /status'),
  ],
  ['the rules run', () => positive('count(ALERTS{alertname="Watchdog"})', 'the dead-man’s switch does not fire')],
];

async function main() {
  let failures = 0;
  for (const [what, check] of CHECKS) {
    try {
      const found = await check();
      console.log(`✔ ${what}${typeof found === 'string' ? ` (${found})` : ''}`);
    } catch (err) {
      failures++;
      console.log(`✖ ${what}: ${err.cause?.message ?? err.message}`);
    }
  }
  if (failures > 0) {
    throw new UserError(`${failures} of ${CHECKS.length} checks failed.`);
  }
}

main().catch(fail);
