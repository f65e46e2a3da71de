import {
  dateTime,
  LoadingState,
  toDataFrame,
  FieldType,
  type DataFrame,
  type PanelData,
  type PanelProps,
} from '@grafana/data';
import { screen } from '@testing-library/react';
import { fakeBackend, fakeMetrics, visit } from '../../../test/grafana';
import { parseRegions, type UplinksPanelOptions } from './options';
import { UplinksPanel } from './UplinksPanel';

const labels = (branch: string, region: string, state: string) => ({
  device_id: branch,
  device_name: branch,
  branch,
  region,
  state,
  since: 'exact',
});
const SAMPLES = [
  { labels: labels('Gori', 'East', 'up'), value: 1000 },
  { labels: labels('Poti', 'West', 'down'), value: 1000 },
];
const FRAMES = SAMPLES.map(({ labels, value }) =>
  toDataFrame({ fields: [{ name: 'Value', type: FieldType.number, labels, values: [value] }] })
);

function panel(options: Partial<UplinksPanelOptions>, series: DataFrame[], change: Partial<PanelData> = {}) {
  const now = dateTime();
  const timeRange = { from: now, to: now, raw: { from: now, to: now } };
  const props = {
    data: { state: LoadingState.Done, series, timeRange, ...change },
    timeRange,
    options: { regions: '', columns: 0, problemsOnly: false, ...options },
    width: 600,
    height: 400,
    replaceVariables: (text: string) => text.replace('$region', '{East,North}'),
  } as unknown as PanelProps<UplinksPanelOptions>;
  return <UplinksPanel {...props} />;
}

const names = async () => (await screen.findAllByRole('article')).map((tile) => tile.getAttribute('aria-label'));

it('shows the data of its own queries, and goes on showing what vanishes or cannot be read', async () => {
  fakeBackend(() => {
    throw new Error('not to be asked');
  });
  const { rerender } = visit('/d/x', panel({}, FRAMES));
  expect(await names()).toEqual(['Poti: down', 'Gori: up']);
  rerender(panel({}, []));
  expect(await names()).toEqual(['Gori: unknown', 'Poti: unknown']);
  rerender(panel({}, [], { state: LoadingState.Error, errors: [{ message: 'timeout' }] }));
  expect(screen.getByText('Not live: timeout')).toBeInTheDocument();
});

it.each([
  [{ regions: 'West' }, ['Poti: down']],
  [{ regions: '$region' }, ['Gori: up']],
  [{ problemsOnly: true }, ['Poti: down']],
])('%j shows %j', async (options, expected) => {
  visit('/d/x', panel(options, FRAMES));
  expect(await names()).toEqual(expected);
});

it('without queries of its own uses the configuration of the app', async () => {
  fakeMetrics({ devices: SAMPLES });
  fakeBackend(() => ({ jsonData: { datasourceUid: 'metrics' } }));
  visit('/d/x', panel({}, []));
  expect(await names()).toEqual(['Poti: down', 'Gori: up']);
});

it.each([
  [
    () => ({ jsonData: { refreshSeconds: 1 } }),
    'The configuration of ISP monitor cannot be used: refreshSeconds must be 5 or more',
  ],
  [
    () => {
      throw { status: 404, data: { message: 'Plugin not found' } };
    },
    'The configuration of ISP monitor was not read: Plugin not found (HTTP 404)',
  ],
])('says what is wrong with the configuration of the app', async (handler, text) => {
  fakeBackend(handler);
  visit('/d/x', panel({}, []));
  expect(await screen.findByText(text)).toBeInTheDocument();
});

it.each([
  ['', []],
  ['A, B', ['A', 'B']],
  ['{A,B}', ['A', 'B']],
])('regions %p are %j', (text, regions) => expect(parseRegions(text)).toEqual(regions));
