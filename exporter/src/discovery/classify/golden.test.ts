import { classifyInterface, type InterfaceTexts } from './classify';

/** alias | expected type | provider (isp only). Texts as people write them; the port's name says nothing. */
const ALIASES = `
Magti_Internet                      | isp | magti
Silknet_Internet                    | isp | silknet
MAGTI-INTERNET                      | isp | magti
MagtiInternet                       | isp | magti
magti internet 100M                 | isp | magti
Internet Magti                      | isp | magti
INET_SILKNET                        | isp | silknet
Silknet uplink 200M                 | isp | silknet
silknet.wan                         | isp | silknet
WAN/Silknet                         | isp | silknet
SilknetWAN2                         | isp | silknet
Veon_Internet                       | isp | veon
Beeline_Internet                    | isp | veon
beeline-wan                         | isp | veon
BeelineISP                          | isp | veon
Cellfie internet                    | isp | veon
bline_wan                           | isp | veon
Geocell_Internet                    | isp | geocell
GeoCell-uplink                      | isp | geocell
GEO_Internet                        | isp | geocell
geo wan1                            | isp | geocell
gcell inet                          | isp | geocell
Caucasus_Online_Internet            | isp | caucasus
CaucasusOnline WAN                  | isp | caucasus
Caucasus internet                   | isp | caucasus
CON-internet                        | isp | caucasus
Globaltel_Internet                  | isp | globaltel
GlobalTel uplink                    | isp | globaltel
global_wan                          | isp | globaltel
silk_inet                           | isp | silknet
Magticom BGP                        | isp | magti
BGP peer Silknet AS35805            | isp | silknet
To Magti (ISP1)                     | isp | magti
ISP2: Silknet, contract 4711        | isp | silknet
"Magti" internet / backup           | isp | magti
uplink to Magti                     | isp | magti
Cogent transit 10G                  | isp | cogent
Transit: Hurricane Electric         | isp | hurricane-electric
HE transit                          | isp | hurricane-electric
Arelion IP transit                  | isp | arelion
Telia-Carrier uplink                | isp | arelion
Level3 transit                      | isp | lumen
NTT peering                         | isp | ntt
upstream GTT                        | isp | gtt
Deutsche Telekom upstream           | isp | deutsche-telekom
Orange WAN                          | isp | orange
Vodafone internet backup            | isp | vodafone
TTK internet                        | isp | ttk
Rostelecom inet                     | isp | rostelecom
Turk Telekom transit                | isp | turk-telekom
Starlink WAN                        | isp | starlink
Telecom Italia Sparkle transit      | isp | sparkle
Magti                               | isp | magti
SILKNET                             | isp | silknet
veon-1                              | isp | veon
Silknet 500 Mbit                    | isp | silknet
Magti_Batumi                        | isp | magti
Geocell backup                      | isp | geocell
isp1                                | isp | unknown
ISP-2                               | isp | unknown
wan1                                | isp | unknown
WAN                                 | isp | unknown
Internet                            | isp | unknown
main internet                       | isp | unknown
Backup ISP                          | isp | unknown
internet uplink                     | isp | unknown
Internet connection                 | isp | unknown
upstream                            | isp | unknown
eBGP upstream 2                     | isp | unknown
Provider link                       | isp | unknown
wan: STCable (eth1)                 | isp | unknown
VillageNet internet                 | isp | unknown
Office internet                     | isp | unknown
მაგთი ინტერნეტი                     | isp | magti
მაგთის ინტერნეტი                    | isp | magti
სილქნეტი - ინტერნეტი                | isp | silknet
სილქნეტი                            | isp | silknet
ინტერნეტი                           | isp | unknown
პროვაიდერი 2                        | isp | unknown
ბილაინი ინტერნეტი                   | isp | veon
ჯეოსელი აპლინკი                     | isp | geocell
კავკასუს ონლაინი ინტერნეტი          | isp | caucasus
Силкнет интернет                    | isp | silknet
Билайн аплинк                       | isp | veon
интернет                            | isp | unknown
trunk                               | trunk |
Trunk to SW2                        | trunk |
core uplink                         | trunk |
Core uplink to ISP room             | trunk |
uplink to core-sw1                  | trunk |
SW1-uplink                          | trunk |
Uplink_SW_03                        | trunk |
link to core                        | trunk |
backbone                            | trunk |
LACP to dist                        | trunk |
Port-channel 5 member               | trunk |
lag1                                | trunk |
po12                                | trunk |
aggregation switch 2                | trunk |
trnk_floor3                         | trunk |
Trunk Magti VLAN                    | trunk |
Server 12                           | server_link |
srv-prod-01                         | server_link |
ESXi host 3                         | server_link |
VMware                              | server_link |
vCenter                             | server_link |
NAS link                            | server_link |
Magti mail server                   | server_link |
Silknet proxy server                | server_link |
Internet proxy                      | server_link |
სერვერი                             | server_link |
branch Gori                         | branch_link |
to-Batumi-office                    | branch_link |
VPN tunnel HQ                       | branch_link |
L2TP to Kutaisi                     | branch_link |
remote office                       | branch_link |
Magti office                        | branch_link |
Batumi                              | branch_link |
ფილიალი გორი                        | branch_link |
mgmt                                | management |
Management VLAN                     | management |
OOB                                 | management |
admin                               | management |
iLO srv                             | server_link |
user port                           | access |
Access switch port 4                | access |
Guest WiFi                          | access |
Printer 2nd floor                   | access |
ATM 0231                            | access |
VoIP phones                         | voice |
IP phone reception                  | voice |
camera 4                            | camera |
CCTV parking                        | camera |
NVR-2                               | camera |
კამერა შესასვლელი                   | camera |
IPCam uplink                        | camera |
connection                          | other |
icon                                | other |
second line                         | other |
Georgia                             | other |
geography dept                      | other |
GlobalProtect                       | other |
global protect uplink               | trunk |
dispatch                            | other |
Dispatch center                     | other |
Taiwan                              | other |
Swansea                             | other |
expo2020                            | other |
flag1                               | other |
Administration                      | other |
slo0                                | other |
Silkroad hotel                      | other |
Silk Road hotel                     | other |
Orange cable                        | other |
level 3                             | other |
con                                 | other |
geo                                 | other |
HE                                  | other |
global                              | other |
spare                               | other |
Conference hall                     | other |
internetworking lab                 | other |
Mtskheta                            | other |
`
  .trim()
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()) as [string, string, string]);

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

describe('the corpus', () => {
  it('is large enough to mean something', () => {
    expect(ALIASES.length + WHOLE.length).toBeGreaterThanOrEqual(120);
    expect(new Set(ALIASES.map(([alias]) => alias)).size).toBe(ALIASES.length);
  });

  it.each(ALIASES)('%s', (ifAlias, interfaceType, ispProvider) => {
    expect(classifyInterface(texts({ ifAlias }))).toMatchObject({ interfaceType, ispProvider });
  });

  it.each(WHOLE)('%s', (_what, more, interfaceType, ispProvider) => {
    expect(classifyInterface(texts(more))).toMatchObject({ interfaceType, ispProvider });
  });
});
