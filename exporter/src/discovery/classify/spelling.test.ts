import { slipsOf, Spelling } from './spelling';
import { words } from './words';

it('makes the slips of a word, and keeps its first and last letter', () => {
  expect(slipsOf('magti')).toEqual(['mgati', 'matgi', 'magit']);
  expect(slipsOf('uplink')).toEqual(
    expect.arrayContaining(['ulpink', 'uplnik', 'ulink', 'uplnk', 'upplink', 'uplinnk'])
  );
  // A doubled letter has no swap of its own, and short words have none at all.
  expect(slipsOf('beeline')).not.toContain('beeline');
  expect(slipsOf('wan')).toEqual([]);
});

describe('reading what people meant', () => {
  const spelling = new Spelling(
    new Set(['magti', 'internet', 'backup', 'core', 'switch', 'wan', 'interned']),
    ['internet'],
    new Set(['magti', 'silknet']),
    ['wan', 'isp', 'internet']
  );
  it.each([
    ['Intenet', 'internet'],
    ['INTERENT backup', 'internet backup'],
    ['Mgati', 'magti'],
    ['Sliknet', 'silknet'],
    ['magtiinternet', 'magti+internet'],
    ['magtiinternetbackup', 'magti+internet+backup'],
    ['CORESWITCH2', 'core+switch+2'],
    ['silknetwan', 'silknet+wan'],
    ['ispmagti', 'isp+magti'],
    // Words of their own, and parts that are no words.
    ['interned', 'interned'],
    ['taiwan', 'taiwan'],
    ['corewan', 'corewan'],
    ['intranet', 'intranet'],
    ['international', 'international'],
    ['magtitude', 'magtitude'],
    ['wanmagtix', 'wanmagtix'],
  ])('%s', (text, meant) => {
    const read = spelling.correct(words(text));
    expect(read.map((word, i) => (i === 0 ? '' : word.joined ? '+' : ' ') + word.text).join('')).toBe(meant);
  });
});

it('gives up soon on what could be parted in a thousand ways', () => {
  const spelling = new Spelling(new Set(['ether', 'channel', 'etherchannel']), [], new Set(), []);
  const text = words(`${'etherchannel'.repeat(40)}x ${'etherchannel'.repeat(2)}x`);
  expect(spelling.correct(text)).toEqual(text);
});
