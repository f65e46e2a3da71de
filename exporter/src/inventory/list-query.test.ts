import { Conditions, orderBy, pageOfIds } from './list-query';

describe('conditions', () => {
  it('keep values out of the SQL', () => {
    const { where, params } = new Conditions()
      .add('name = ?', `'; drop table devices`)
      .add('(auth = ? or found = ?)', 'branch')
      .add('never = ?', undefined)
      .flag('enabled', true)
      .flag('a or b', false)
      .flag('c', undefined);
    expect(where).toBe('name = $1 and (auth = $2 or found = $2) and enabled and not (a or b)');
    expect(params).toEqual([`'; drop table devices`, 'branch']);
  });

  it('are true when there are none', () => {
    expect(new Conditions().where).toBe('true');
  });

  it.each([
    [undefined, []],
    ['', []],
    [' \t ', []],
    ['Batumi  rtr', ['%Batumi%', '%rtr%']],
    ['rtr rtr', ['%rtr%']],
    ['100%_\\', ['%100\\%\\_\\\\%']],
    // Composed and decomposed letters are the same to people.
    ['cafe\u0301', ['%caf\u00e9%']],
    ['ბათუმი 1', ['%ბათუმი%', '%1%']],
  ])('search %j word by word', (text, patterns) => {
    const c = new Conditions().words('t like ?', text);
    expect(c.params).toEqual(patterns);
    expect(c.where).toBe(patterns.map((_, n) => `(t like $${n + 1})`).join(' and ') || 'true');
  });

  it('search in several columns', () => {
    expect(new Conditions().search(['a', 'b'], 'x').where).toBe(
      '(search_form(a) like search_form($1) or search_form(b) like search_form($1))'
    );
  });
});

it.each([
  [['name'], 'lower(d.name), d.id'],
  [['-name'], 'lower(d.name) desc, lower(d.name), d.id'],
  [['-id'], 'd.id desc nulls last, lower(d.name), d.id'],
  [['id', 'name'], 'd.id, lower(d.name)'],
  [[], 'lower(d.name), d.id'],
] as const)('sorts by %j the same way on every page', (sort, sql) => {
  const columns = { name: 'lower(d.name)', id: 'd.id' };
  expect(orderBy<'name' | 'id'>(sort, columns, ['lower(d.name)', 'd.id'], ['name'])).toBe(sql);
});

describe('a page', () => {
  const rows = (n: number, total?: number) =>
    Array.from({ length: n }, (_, id) => ({ id, ...(total === undefined ? {} : { total }) }));
  it.each([
    ['counts when it is full', rows(2), { limit: 2, offset: 0 }, 9, true],
    ['is its own count when it is not', rows(1), { limit: 2, offset: 4 }, 5, false],
    ['counts when it is beyond the end', [], { limit: 2, offset: 40 }, 9, true],
    ['believes what it says itself', rows(2, 7), { limit: 2, offset: 0 }, 7, false],
  ])('%s', async (_what, page, window, total, asked) => {
    const query = jest.fn(async (sql: string) => (sql === 'count' ? [{ total: 9 }] : page));
    const db = { query, script: jest.fn() } as never;
    expect(await pageOfIds(db, { page: 'page', count: 'count', params: ['p'] }, window)).toEqual({
      total,
      ids: page.map(({ id }) => id),
    });
    expect(query.mock.calls[0]).toEqual(['page limit $2 offset $3', ['p', window.limit, window.offset]]);
    expect(query.mock.calls.length).toBe(asked ? 2 : 1);
  });
});
