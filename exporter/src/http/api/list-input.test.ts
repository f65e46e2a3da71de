import { linkToNext, share, sortKeys } from './list-input';

describe('sort', () => {
  const schema = sortKeys(['name', 'site', 'id'], '-site');
  it.each([
    [undefined, ['-site']],
    ['name', ['name']],
    ['site,-name', ['site', '-name']],
    ['site, -name', ['site', '-name']],
  ])('takes %j', (given, keys) => {
    expect(schema.parse(given)).toEqual(keys);
  });
  it.each(['', 'nme', '--name', 'name,', 'name;id', 'name,site,id,name,site,id', 'constructor'])(
    'refuses %j',
    (given) => {
      expect(schema.safeParse(given).error?.issues[0]?.message).toBe(
        'it must be up to 5 of name, site, id, separated by commas, each with - in front for descending order'
      );
    }
  );
});

it.each([
  ['0', 0],
  ['1', 1],
  ['0.5', 0.5],
  ['.25', 0.25],
  ['1.0', 1],
  ['1.1', undefined],
  ['-0.1', undefined],
  ['1e-1', undefined],
  ['', undefined],
])('a share of %j is %j', (given, value) => {
  expect(share.safeParse(given).data).toBe(value);
});

it.each([
  ['/api/v1/devices', 101, 0, '<?limit=100&offset=100>; rel="next"'],
  ['/api/v1/devices?q=a%20b&limit=100', 101, 0, '<?q=a+b&limit=100&offset=100>; rel="next"'],
  ['/api/v1/devices?offset=100', 250, 100, '<?offset=200&limit=100>; rel="next"'],
  ['/api/v1/devices', 99, 0, undefined],
  ['/api/v1/devices?offset=100', 200, 100, undefined],
])('tells the way on from %s of %i', (originalUrl, total, offset, link) => {
  const setHeader = jest.fn();
  linkToNext({ originalUrl } as never, { setHeader } as never, { total, limit: 100, offset });
  expect(setHeader.mock.calls).toEqual(link === undefined ? [] : [['Link', link]]);
});
