import type { ScrapeDevice } from '../inventory/scrape-devices';
import { SCRAPE_JOBS, scrapeTargets, type ScrapeFilters } from './scrape-targets';

const INTERVALS = { pingMs: 10_000, standardMs: 60_000, slowMs: 300_000 };
const ALL: ScrapeFilters = { site: [], region: [], role: [], type: [], vendor: [], tag: [] };

const device = (more: Partial<ScrapeDevice> = {}): ScrapeDevice => ({
  id: 'core-1',
  name: 'Core 1',
  address: '10.0.0.5',
  snmpPort: 161,
  site: 'HQ',
  region: 'Tbilisi',
  type: 'router',
  role: 'edge',
  auth: 'branch',
  ping: true,
  tier: 'standard',
  vendor: 'mikrotik',
  model: 'CHR',
  modules: ['mikrotik', 'bgp4'],
  tags: ['vip', 'north'],
  ...more,
});
const only = (job: string, more: Partial<ScrapeDevice> = {}, intervals = INTERVALS) =>
  scrapeTargets(job, [device(more)], ALL, intervals);

it('tells snmp_exporter whom to ask, for what, with which credential and how often', () => {
  expect(only('snmp')).toEqual([
    {
      targets: ['10.0.0.5'],
      labels: {
        device_id: 'core-1',
        device_ip: '10.0.0.5',
        device_name: 'Core 1',
        site: 'HQ',
        region: 'Tbilisi',
        role: 'edge',
        device_type: 'router',
        vendor: 'mikrotik',
        __meta_isp_model: 'CHR',
        __meta_isp_tier: 'standard',
        __meta_isp_tags: ',vip,north,',
        __param_module: 'if_mib,mikrotik,bgp4',
        __param_auth: 'branch',
        __scrape_interval__: '60s',
        __scrape_timeout__: '30s',
      },
    },
  ]);
});

it.each(['ping', 'icmp'])('tells blackbox_exporter whom to ping, as %s', (job) => {
  const [group] = only(job, { auth: null });
  expect(group?.targets).toEqual(['10.0.0.5']);
  expect(group?.labels).toMatchObject({
    __param_module: 'icmp',
    __scrape_interval__: '10s',
    __scrape_timeout__: '5s',
    device_id: 'core-1',
  });
  expect(group?.labels).not.toHaveProperty('__param_auth');
});

it.each<[string, string, Partial<ScrapeDevice>, string[]]>([
  ['a port of its own', 'snmp', { snmpPort: 1161 }, ['10.0.0.5:1161']],
  ['an IPv6 address', 'snmp', { address: '2001:db8::1' }, ['2001:db8::1']],
  ['an IPv6 address and a port', 'snmp', { address: '2001:db8::1', snmpPort: 1161 }, ['[2001:db8::1]:1161']],
  ['a name', 'snmp', { address: 'core.example', snmpPort: 1161 }, ['core.example:1161']],
  ['an IPv6 address', 'ping', { address: '2001:db8::1', snmpPort: 1161 }, ['2001:db8::1']],
  ['no credential', 'snmp', { auth: null }, []],
  ['no pings wanted', 'ping', { ping: false }, []],
  ['no pings wanted', 'snmp', { ping: false }, ['10.0.0.5']],
])('a device with %s in job %s', (_what, job, more, targets) => {
  expect(only(job, more).flatMap((group) => group.targets)).toEqual(targets);
});

it.each<[string, Partial<ScrapeDevice>, Partial<typeof INTERVALS>, string, string]>([
  ['a device of the slow tier', { tier: 'slow' }, {}, '300s', '60s'],
  ['an interval that is no whole second', {}, { standardMs: 7_500 }, '7500ms', '3750ms'],
  ['the shortest interval', {}, { standardMs: 5_000 }, '5s', '2500ms'],
])('the pace of %s', (_what, more, intervals, interval, timeout) => {
  expect(only('snmp', more, { ...INTERVALS, ...intervals })[0]?.labels).toMatchObject({
    __scrape_interval__: interval,
    __scrape_timeout__: timeout,
  });
});

it('leaves out labels without a value, and control characters', () => {
  const labels = only('snmp', {
    name: 'a\nb\u0000',
    site: '',
    region: '\t',
    role: '',
    vendor: '',
    model: '',
    tags: [],
    modules: [],
  })[0]?.labels;
  expect(labels).toEqual({
    device_id: 'core-1',
    device_ip: '10.0.0.5',
    device_name: 'a b',
    device_type: 'router',
    __meta_isp_tier: 'standard',
    __param_module: 'if_mib',
    __param_auth: 'branch',
    __scrape_interval__: '60s',
    __scrape_timeout__: '30s',
  });
});

describe('filters', () => {
  const fleet = [
    device({ id: 'a', site: 'HQ', role: 'edge', tags: ['vip'] }),
    device({ id: 'b', site: 'HQ', role: 'core', vendor: 'cisco', tags: [] }),
    device({ id: 'c', site: 'Gori', role: 'edge', region: 'Kartli', type: 'switch', tags: ['vip', 'old'] }),
  ];
  it.each<[Partial<ScrapeFilters>, string[]]>([
    [{}, ['a', 'b', 'c']],
    [{ site: ['HQ'] }, ['a', 'b']],
    [{ site: ['HQ', 'Gori'], role: ['edge'] }, ['a', 'c']],
    [{ region: ['Kartli'] }, ['c']],
    [{ type: ['switch'] }, ['c']],
    [{ vendor: ['cisco'] }, ['b']],
    [{ tag: ['old', 'vip'] }, ['a', 'c']],
    [{ tag: ['vip'], site: ['Gori'] }, ['c']],
    [{ site: ['hq'] }, []],
  ])('%j leave %j', (filters, ids) => {
    const groups = scrapeTargets('ping', fleet, { ...ALL, ...filters }, INTERVALS);
    expect(groups.map(({ labels }) => labels['device_id'])).toEqual(ids);
  });
});

it('has labels that Prometheus takes, in every job', () => {
  for (const job of SCRAPE_JOBS) {
    for (const [name, value] of Object.entries(only(job)[0]?.labels ?? {})) {
      expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
      expect(typeof value).toBe('string');
    }
  }
});
