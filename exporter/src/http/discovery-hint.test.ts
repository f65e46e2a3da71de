import { DISCOVERY_RESULTS } from '../inventory/list-devices';
import { discoveryHint } from './discovery-hint';

it.each(DISCOVERY_RESULTS)('says what to do about %s', (result) => {
  expect(discoveryHint(result)).toEqual(result === 'ok' ? null : expect.stringMatching(/.{20,}/));
});
