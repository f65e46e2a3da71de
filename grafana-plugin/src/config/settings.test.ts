import { checkForm, formOf } from './form';
import { parseSettings } from './settings';

const DEFAULTS = {
  datasourceUid: '',
  refreshSeconds: 30,
  changeWatch: true,
  staleAfterSeconds: 60,
  lookbackHours: 6,
  inventoryUrl: '',
};

it.each([undefined, null, {}])('an app without configuration (%p) starts with the defaults', (jsonData) => {
  expect(parseSettings(jsonData)).toEqual({ ok: true, settings: DEFAULTS });
});

it.each([
  [{ refreshSeconds: 1 }, { refreshSeconds: 'must be 5 or more' }],
  [{ refreshSeconds: '30' }, { refreshSeconds: 'must be a number' }],
  [{ lookbackHours: 1.5 }, { lookbackHours: 'must be a whole number' }],
  [{ lookbackHours: 1000 }, { lookbackHours: 'must be 168 or less' }],
  [
    { inventoryUrl: 'discovery:9761' },
    { inventoryUrl: 'must start with http:// or https:// and name a host, such as http://discovery:9761' },
  ],
])('%j is refused: %j', (jsonData, errors) => expect(parseSettings(jsonData)).toEqual({ ok: false, errors }));

it('drops the slash at the end of a URL, which the proxy adds itself', () => {
  const parsed = parseSettings({ inventoryUrl: ' http://d:9761/ ' });
  expect(parsed).toMatchObject({ ok: true, settings: { inventoryUrl: 'http://d:9761' } });
});

it('shows a stored value that cannot be used, and an empty field stands for the default', () => {
  const form = formOf({ refreshSeconds: 1 });
  expect(form.refreshSeconds).toBe('1');
  expect(checkForm(form)).toEqual({ errors: { refreshSeconds: 'must be 5 or more' } });
  expect(checkForm({ ...form, refreshSeconds: ' ' })).toEqual({ settings: DEFAULTS });
  expect(checkForm({ ...form, refreshSeconds: 'x' })).toEqual({ errors: { refreshSeconds: 'must be a number' } });
});
