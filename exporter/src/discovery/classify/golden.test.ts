import { INTERFACE_TYPES } from '../../model/interface';
import { classifyInterface, type InterfaceTexts } from './classify';
import { readCorpus, readNegatives } from './corpus.fixture';

const CORPUS = ['interfaces.yml', 'held-out.yml', 'later.yml', 'challenge.yml'].map((file) => ({
  file,
  lines: readCorpus(file),
}));
const ALL = CORPUS.flatMap(({ lines }) => lines);
const NEGATIVES = readNegatives('negatives.yml');

describe('the corpus', () => {
  it('is large enough to mean something, and has enough of each type', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(300);
    expect(NEGATIVES.length).toBeGreaterThanOrEqual(150);
    for (const type of INTERFACE_TYPES) {
      expect([type, ALL.filter((line) => line.type === type).length >= 15]).toEqual([type, true]);
    }
  });

  it.each(CORPUS.map(({ file, lines }) => [file, lines] as const))(
    'says of nothing in %s two things',
    (_file, lines) => {
      const seen = lines.map(({ text }) => text);
      expect(seen.filter((text, i) => seen.indexOf(text) !== i)).toEqual([]);
    }
  );

  it('is told right: 97 of 100 at least, and every mistake by name', () => {
    const mistakes = ALL.flatMap(({ text, texts, type, provider }) => {
      const { interfaceType, ispProvider, ruleId } = classifyInterface(texts);
      return interfaceType === type && ispProvider === provider
        ? []
        : [`${text}: ${type} ${provider}, taken for ${interfaceType} ${ispProvider} by ${ruleId || 'no rule'}`];
    });
    // Nobody would know a provider by parts of its name.
    expect(mistakes).toEqual([
      'Sil-Net: isp silknet, taken for other  by no rule',
      'Mag.ti internet: isp magti, taken for isp unknown by isp-word',
    ]);
    expect(mistakes.length / ALL.length).toBeLessThan(0.03);
  });

  it('never takes for an uplink what is none', () => {
    expect(
      NEGATIVES.map(({ text, texts }) => ({ text, ...classifyInterface(texts) }))
        .filter((verdict) => verdict.interfaceType === 'isp')
        .map(({ text, ruleId }) => `${text}: ${ruleId}`)
    ).toEqual([]);
  });
});

/** UTF-8 that was read as Latin-1 or Windows-1252 on its way. */
const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
const cp1252 = (text: string) => new TextDecoder('windows-1252').decode(Buffer.from(text, 'utf8'));

/** Where the alias alone does not tell. */
const WHOLE: [string, Partial<InterfaceTexts>, string, string][] = [
  ['a loopback by its IANAifType, whatever it is called', { ifAlias: 'Magti_Internet', ifType: 24 }, 'loopback', ''],
  ['a loopback by name', { ifName: 'Loopback0', ifType: 6 }, 'loopback', ''],
  ['lo0', { ifName: 'lo0.16385', ifType: 53 }, 'loopback', ''],
  ['RouterOS: provider in the name', { ifName: 'ether1-WAN-Magti', ifDescr: 'ether1-WAN-Magti' }, 'isp', 'magti'],
  ['RouterOS: wan with colon and brackets', { ifName: 'wan: STCable (eth1)' }, 'isp', 'unknown'],
  ['the description where there is no alias', { ifDescr: 'Silknet Internet' }, 'isp', 'silknet'],
  ['an alias that says nothing yields to the name', { ifAlias: 'do not touch!', ifName: 'wan1' }, 'isp', 'unknown'],
  ['an alias that tells wins over the name', { ifAlias: 'camera 3', ifName: 'wan2' }, 'camera', ''],
  ['provider from the alias, uplink from the name', { ifAlias: 'GEO', ifName: 'wan1' }, 'isp', 'geocell'],
  ['a firewall port', { ifName: 'wan1', ifDescr: '' }, 'isp', 'unknown'],
  [
    'Huawei noise',
    { ifAlias: 'HUAWEI, AR Series, GigabitEthernet0/0/1 Interface', ifName: 'GigabitEthernet0/0/1' },
    'other',
    '',
  ],
  ['a Cisco port', { ifName: 'Gi0/1', ifDescr: 'GigabitEthernet0/1' }, 'other', ''],
  ['a Cisco bundle', { ifName: 'Po1', ifDescr: 'Port-channel1' }, 'trunk', ''],
  ['a Juniper bundle', { ifName: 'ae0', ifDescr: 'ae0' }, 'trunk', ''],
  ['a link aggregate by IANAifType', { ifName: 'x1', ifType: 161 }, 'trunk', ''],
  ['a management port', { ifName: 'fxp0', ifDescr: 'fxp0' }, 'management', ''],
  ['a management port of Arista', { ifName: 'Management1' }, 'management', ''],
  ['a tunnel', { ifName: 'Tunnel12', ifType: 131 }, 'branch_link', ''],
  ['a tunnel without words', { ifName: 'x7', ifType: 131 }, 'branch_link', ''],
  ['a tunnel named after a provider', { ifAlias: 'Magti', ifName: 'x7', ifType: 131 }, 'branch_link', ''],
  ['a dial peer', { ifName: 'x100', ifDescr: 'x100', ifType: 104 }, 'voice', ''],
  [
    'a subscriber who is called like a provider',
    { ifName: '<pppoe-magti>', ifDescr: '<pppoe-magti>', ifType: 23 },
    'access',
    '',
  ],
  ['a PPPoE client', { ifName: 'pppoe-out1', ifType: 23 }, 'isp', 'unknown'],
  ['a Windows pseudo interface', { ifDescr: 'WAN Miniport (PPPOE)', ifName: 'ppp_32768', ifType: 23 }, 'other', ''],
  ['a Cisco ATM port is no cash machine', { ifName: 'ATM0/1', ifDescr: 'ATM0/1', ifType: 37 }, 'other', ''],
  ['an uplink of a router', { ifAlias: 'Uplink', deviceType: 'router' }, 'isp', 'unknown'],
  ['an uplink of a switch', { ifAlias: 'Uplink', deviceType: 'switch' }, 'trunk', ''],
  ['no text at all', {}, 'other', ''],
  ['mojibake, Latin-1', { ifAlias: latin1('მაგთი ინტერნეტი') }, 'isp', 'magti'],
  ['mojibake, Windows-1252', { ifAlias: cp1252('სილქნეტი ინტერნეტი') }, 'isp', 'silknet'],
  ['mojibake, Cyrillic', { ifAlias: latin1('Билайн интернет') }, 'isp', 'veon'],
  ['mojibake beyond repair beside a name', { ifAlias: 'Ã¡Æ’â€º?? Magti_Internet' }, 'isp', 'magti'],
  ['an accent that is no mojibake', { ifAlias: 'Café internet' }, 'isp', 'unknown'],
  ['control characters and quotes', { ifAlias: '\u0007"Magti"\tinternet\'' }, 'isp', 'magti'],
  ['500 characters', { ifAlias: `${'x'.repeat(480)} magti internet` }, 'isp', 'magti'],
];

const texts = (more: Partial<InterfaceTexts>): InterfaceTexts => ({
  ifAlias: '',
  ifDescr: '',
  ifName: 'ether7',
  ifType: 6,
  ...more,
});

it.each(WHOLE)('%s', (_what, more, interfaceType, ispProvider) => {
  expect(classifyInterface(texts(more))).toMatchObject({ interfaceType, ispProvider });
});
