import { Route, Routes } from 'react-router';
import { PluginType, type AppRootProps } from '@grafana/data';
import { locationService } from '@grafana/runtime';
import { screen, waitFor, within } from '@testing-library/react';
import { fakeMetrics, visit, type FakeMetrics } from '../../test/grafana';
import { App } from './App';
import { MONITOR_PATH } from './paths';

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  PluginPage: ({ children }: { children: React.ReactNode }) => <main>{children}</main>,
}));

const NOW = () => Math.floor(Date.now() / 1000);

function answers(): FakeMetrics['answers'] {
  const site = (branch: string, id: string, region: string) => ({
    device_id: id,
    device_name: `${id}-router`,
    device_ip: `10.0.0.${id.length + 4}`,
    branch,
    region,
  });
  const port = (name: string, provider: string) => ({ interface_type: 'isp', if_name: name, isp_provider: provider });
  const state = (text: string) => ({ state: text, since: 'exact' });
  const batumi = site('Batumi', 'b', 'West');
  const gori = site('Gori', 'gori', 'East');
  return {
    devices: [batumi, gori].map((labels) => ({ labels: { ...labels, ...state('up') }, value: NOW() - 5000 })),
    uplinks: [
      { labels: { ...batumi, ...port('e1', 'Magti'), ...state('up') }, value: NOW() - 5000 },
      { labels: { ...batumi, ...port('e2', 'Magti'), ...state('down') }, value: NOW() - 192 },
      { labels: { ...gori, ...port('e1', 'Silknet'), ...state('up') }, value: NOW() - 5000 },
    ],
    mark: [{ labels: {}, value: 1 }],
  };
}

function open(path = '', jsonData: object = {}) {
  const meta = { id: 'ispmonitor-network-app', name: 'ISP monitor', type: PluginType.app, jsonData };
  const props = { meta, basename: '', path: '', query: {}, onNavChanged: () => {} } as unknown as AppRootProps;
  return visit(
    MONITOR_PATH + path,
    <Routes>
      <Route path="/a/:plugin/*" element={<App {...props} />} />
    </Routes>
  );
}

const tile = (name: string) => screen.findByRole('article', { name }, { timeout: 10_000 });

jest.setTimeout(30_000);

describe('Monitor page', () => {
  it('shows each site with its state in words, how long, and its uplinks told apart', async () => {
    const metrics = fakeMetrics(answers());
    open();
    const batumi = within(await tile('Batumi: degraded'));
    expect(batumi.getByText(/redundancy lost for 3 min 1\d s/)).toBeInTheDocument();
    expect(batumi.getByText('e2').closest('a')).toHaveTextContent(/Magtie2down3 min 1\d s/);
    expect(within(await tile('Gori: up')).queryByText('e1')).not.toBeInTheDocument();
    const counts = screen.getByRole('group', { name: 'Sites by state' });
    expect(within(counts).getByRole('button', { name: '2 sites' })).toBeInTheDocument();
    expect(within(counts).getByRole('button', { name: '1 degraded' })).toBeInTheDocument();
    expect(metrics.requests[0]).toEqual(['devices', 'uplinks']);
  });

  it('keeps the filter in the URL and clears it', async () => {
    fakeMetrics(answers());
    const { user } = open('?region=East&kiosk=1');
    await tile('Gori: up');
    expect(screen.queryByRole('article', { name: /Batumi/ })).not.toBeInTheDocument();
    await user.type(screen.getByRole('searchbox'), 'silk');
    await user.click(screen.getByRole('button', { name: '1 degraded' }));
    expect(locationService.getLocation().search).toBe('?kiosk=1&q=silk&state=degraded&region=East');
    expect(screen.getByText('None of the 2 sites matches the filter')).toBeInTheDocument();
    await user.click(screen.getAllByRole('button', { name: 'Clear filters' })[0]!);
    await tile('Batumi: degraded');
    expect(locationService.getLocation().search).toBe('?kiosk=1');
  });

  it('leads from a site to its devices and from a badge to the device', async () => {
    fakeMetrics(answers());
    const { user } = open();
    await tile('Batumi: degraded');
    await user.click(screen.getByTitle('Devices of Batumi, West'));
    expect(await screen.findByRole('link', { name: 'b-router' })).toHaveAttribute('href', `${MONITOR_PATH}/devices/b`);
    await user.click(screen.getAllByRole('link', { name: /Silknet/ })[0]!);
    expect(locationService.getLocation().pathname).toBe(`${MONITOR_PATH}/devices/gori`);
  });

  it('turns grey with its age when a refresh fails, and live again after Retry', async () => {
    const metrics = fakeMetrics(answers());
    const { user } = open();
    await tile('Gori: up');
    metrics.error = new Error('connection refused');
    await user.click(screen.getByRole('button', { name: 'Refresh now' }));
    await tile('Gori: unknown');
    expect(screen.getByText(/Not live: the newest answer is \d+ s old/)).toBeInTheDocument();
    expect(screen.getByText('Query to data source "VM" failed: connection refused')).toBeInTheDocument();
    metrics.error = null;
    await user.click(screen.getByRole('button', { name: 'Retry now' }));
    await tile('Gori: up');
    expect(screen.queryByTestId('feed-error')).not.toBeInTheDocument();
  });

  it('does not blank what vanishes from the answers', async () => {
    const metrics = fakeMetrics(answers());
    const { user } = open();
    await tile('Gori: up');
    metrics.answers = {};
    await user.click(screen.getByRole('button', { name: 'Refresh now' }));
    expect(within(await tile('Gori: unknown')).getByText(/no data for \d+ s/)).toBeInTheDocument();
  });

  it('says what to check when there is no data, and what is wrong when there is no answer', async () => {
    const metrics = fakeMetrics({});
    open();
    expect(await screen.findByText('No data yet')).toBeInTheDocument();
    metrics.error = new Error('bad gateway');
    open();
    expect(await screen.findByText('The metrics could not be read')).toBeInTheDocument();
  });

  it('refuses a configuration that it cannot use, by name', async () => {
    fakeMetrics(answers());
    open('', { refreshSeconds: 0 });
    expect(await screen.findByText('refreshSeconds: must be 5 or more')).toBeInTheDocument();
  });
});

describe('Device page', () => {
  const device = () => {
    const all = answers();
    return { device: [all.devices![0]!], uplinks: all.uplinks!.slice(0, 2) };
  };

  it('shows identity, state, why SNMP fails, and uplinks', async () => {
    fakeMetrics({ ...device(), snmp: [{ labels: { reason: 'auth' }, value: 1 }], loss: [{ labels: {}, value: 20 }] });
    open('/devices/b');
    expect(await screen.findByRole('heading', { name: 'b-router' }, { timeout: 10_000 })).toBeInTheDocument();
    expect(screen.getByText('auth: refused: user, password or protocol do not match')).toBeInTheDocument();
    expect(screen.getByText('Round-trip time', { selector: 'dt' }).nextSibling).toHaveTextContent('not known');
    expect(within(screen.getByRole('region', { name: 'Uplinks' })).getAllByRole('link')).toHaveLength(2);
    await waitFor(() =>
      expect(screen.getByRole('img', { name: /Traffic of Magti \(e1\): no data/ })).toBeInTheDocument()
    );
  });

  it('keeps the time range of the charts in the URL', async () => {
    fakeMetrics(device());
    const { user } = open('/devices/b?span=7d');
    expect(await screen.findByRole('radio', { name: '7d' }, { timeout: 10_000 })).toBeChecked();
    await user.click(screen.getByRole('radio', { name: '1h' }));
    expect(locationService.getLocation().search).toBe('?span=1h');
  });

  it('says that a device was not seen, and that a page does not exist', async () => {
    fakeMetrics({});
    open('/devices/x');
    expect(await screen.findByText('No device with the id "x" was seen in the last 6 hours')).toBeInTheDocument();
    open('/nowhere');
    expect(await screen.findByText('There is no such page in ISP monitor')).toBeInTheDocument();
  });
});
