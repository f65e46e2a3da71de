import { repairMojibake, words } from './words';

it.each([
  ['MagtiWan2', 'magti+wan+2'],
  ['expo2020', 'expo+2020'],
  ['VMware ESXi', 'v+mware es+xi'],
  ['ge-0/0/1.100', 'ge 0 0 1 100'],
  ['a_b-c/d.e:f|g', 'a b c d e f g'],
  ['  ', ''],
  ['"Magti"\t\u0007internet', 'magti internet'],
  ['ＷＡＮ１', 'wan+1'],
  // Georgian has no capitals, but fonts and some keyboards do.
  ['ᲛᲐᲒᲗᲘ', 'მაგთ'],
  ['მაგთი მაგთის მაგთისთვის მაგთიდან', 'მაგთ მაგთ მაგთ მაგთ'],
  ['ბათუმი ბათუმის ბათუმში ბათუმამდე', 'ბათუმ ბათუმ ბათუმ ბათუმ'],
  ['კამერა კამერები კამერების კამერაზე', 'კამერ კამერ კამერ კამერ'],
  ['მართვა მართვის', 'მართვ მართვ'],
  ['სვიჩი, სვიჩზე', 'სვიჩ სვიჩ'],
  ['интернет интернета интернетом', 'интернет интернет интернет'],
  ['камера камеры камерами', 'камер камер камер'],
  ['сервер серверов', 'сервер сервер'],
  ['МТС', 'мтс'],
])('%s is %s', (text, expected) => {
  const shown = words(text).map((word, i) => (i === 0 ? '' : word.joined ? '+' : ' ') + word.text);
  expect(shown.join('')).toBe(expected);
});

it.each([
  ['მაგთი', Buffer.from('მაგთი').toString('latin1')],
  ['Билайн', Buffer.from('Билайн').toString('latin1')],
])('%s is read right when it was taken for Latin-1', (right, wrong) => {
  expect(repairMojibake(wrong)).toBe(right);
});

it.each(['Café', 'plain', 'Ã', '漢字'])('%s is left as it is', (text) => {
  expect(repairMojibake(text)).toBe(text);
});

it('reads plain letters as it reads all others', () => {
  let seed = 7;
  const next = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
  for (let i = 0; i < 2000; i++) {
    const text = Array.from({ length: next(12) }, () => 'aBcDEf09-_. '[next(12)]).join('');
    // A letter that is not plain sends the whole text the other way.
    const other = words(`${text} ß`).slice(0, -1);
    expect([text, words(text)]).toEqual([text, other]);
  }
});
