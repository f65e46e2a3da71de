import type { AppPluginMeta, PluginConfigPageProps } from '@grafana/data';
import { screen } from '@testing-library/react';
import { fakeBackend, fakeMetrics, visit, type Handler } from '../../test/grafana';
import { ConfigPage } from './ConfigPage';

jest.mock('@grafana/runtime', () => ({
  ...jest.requireActual('@grafana/runtime'),
  DataSourcePicker: ({ current, inputId }: { current: string; inputId: string }) => (
    <input id={inputId} readOnly value={current ?? ''} />
  ),
}));

function open(handler: Handler, jsonData: object = {}, secureJsonFields: object = {}) {
  fakeMetrics();
  fakeBackend(handler);
  const onSaved = jest.fn();
  const plugin = { meta: { id: 'ispmonitor-network-app', enabled: true, pinned: true, jsonData, secureJsonFields } };
  const props = { plugin, query: {}, onSaved } as unknown as PluginConfigPageProps<AppPluginMeta>;
  return { onSaved, ...visit('/plugins/ispmonitor-network-app', <ConfigPage {...props} onSaved={onSaved} />) };
}

it('saves what was typed, the token as a secret', async () => {
  const handler = jest.fn();
  const { user, onSaved } = open(handler);
  await user.clear(screen.getByLabelText(/Refresh every/));
  await user.type(screen.getByLabelText(/Refresh every/), '10');
  await user.type(screen.getByLabelText(/URL of the discovery/), 'http://d:9761/');
  await user.type(screen.getByLabelText(/Token/), 's3cret');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(onSaved).toHaveBeenCalledTimes(1);
  const [{ url, method, data }] = handler.mock.calls[0];
  expect([method, url]).toEqual(['POST', '/api/plugins/ispmonitor-network-app/settings']);
  expect(data).toMatchObject({
    jsonData: { refreshSeconds: 10, inventoryUrl: 'http://d:9761' },
    secureJsonData: { inventoryToken: 's3cret' },
  });
});

it('leaves a stored token alone', async () => {
  const handler = jest.fn();
  const { user } = open(handler, {}, { inventoryToken: true });
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(handler.mock.calls[0][0].data.secureJsonData).toBeUndefined();
});

it('marks what is wrong and does not save', async () => {
  const handler = jest.fn();
  const { user } = open(handler, { refreshSeconds: 1 });
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(screen.getByText('must be 5 or more')).toBeInTheDocument();
  expect(screen.getByText('Not saved: mend what is marked below.')).toBeInTheDocument();
  expect(handler).not.toHaveBeenCalled();
});

it('says why saving failed and why the inventory does not answer', async () => {
  const refuse = () => {
    throw { status: 403, data: { message: 'access denied' } };
  };
  const { user, onSaved } = open(refuse, { inventoryUrl: 'http://d:9761' });
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('The configuration was not saved: access denied (HTTP 403)')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Test the saved inventory' }));
  expect(await screen.findByText('The inventory did not answer: access denied (HTTP 403)')).toBeInTheDocument();
  expect(onSaved).not.toHaveBeenCalled();
});
