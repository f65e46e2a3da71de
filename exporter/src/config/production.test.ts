import { whyProduction } from './production';

it.each([
  ['development', undefined, undefined],
  ['development', 'test', undefined],
  ['development', 'production', 'the environment says NODE_ENV=production'],
  ['production', 'development', 'the configuration says environment: production'],
] as const)('environment: %s and NODE_ENV=%s', (environment, NODE_ENV, why) => {
  expect(whyProduction({ environment }, NODE_ENV === undefined ? {} : { NODE_ENV })).toBe(why);
});
