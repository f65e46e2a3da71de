import type { InterfaceType } from '../../../exporter/src/model/interface';
import type { InterfaceTexts } from '../../../exporter/src/discovery/classify/classify';

/** What a table of regular expressions does, without words, slips, endings or look-alikes: types in a fixed order. */
const TABLE: readonly [InterfaceType, RegExp][] = [
  [
    'isp',
    /(magti|silknet|silk|veon|beeline|geocell|geo|caucasus|con|globaltel|global)[\s_-]*(internet|inet|wan|uplink|isp|bgp)/i,
  ],
  [
    'isp',
    /(internet|inet|wan|uplink|isp|bgp)[\s_-]*(magti|silknet|silk|veon|beeline|geocell|geo|caucasus|con|globaltel|global)/i,
  ],
  [
    'isp',
    /isp[\s_-]*\d+|wan[\s_-]*\d+|internet[\s_-]*(uplink|link|connection)|bgp[\s_-]*(peer|neighbor|uplink)|upstream|provider/i,
  ],
  [
    'trunk',
    /trunk|trnk|po\d+|port-?channel|lag\d+|link[\s_-]*aggregation|core[\s_-]*(link|uplink|switch)|backbone|aggregation[\s_-]*(switch|layer)/i,
  ],
  [
    'server_link',
    /server[\s_-]*(conn|link|port|host)|srv|esxi|vcenter|vmware|hyper-?v|vm[\s_-]*host|(web|app|db|sql)[\s_-]*server|(storage|nas|san)[\s_-]*link/i,
  ],
  [
    'branch_link',
    /branch|vpn[\s_-]*tunnel|tunnel|(remote|site)[\s_-]*(office|link)|to[\s_-].*(branch|office|site)|tbilisi|batumi|kutaisi|rustavi|gori|zugdidi|poti|telavi|senaki|khashuri|samtredia|borjomi/i,
  ],
  ['management', /management|mgmt|admin|control[\s_-]*plane/i],
  ['access', /access[\s_-]*(port|switch|vlan)|(user|employee|desktop)[\s_-]*port/i],
  ['loopback', /loopback|lo\d+/i],
  ['voice', /voice[\s_-]*vlan|voip|phone/i],
  ['camera', /camera|cctv|nvr|ipcam|surveillance/i],
];
const PROVIDERS: readonly [string, readonly string[]][] = [
  ['magti', ['magti', 'magticom', 'magtico']],
  ['silknet', ['silknet', 'silk', 'silkn']],
  ['veon', ['veon', 'beeline', 'bline']],
  ['geocell', ['geocell', 'geo', 'gcell']],
  ['caucasus', ['caucasus', 'caucasus_online', 'con']],
  ['globaltel', ['globaltel', 'global']],
];
/** How much a text counts: alias, description, name. */
const WEIGHTS = [1, 0.7, 0.5];

/** Classifies the plain way: the best weighted match wins, providers are parts of the texts. */
export function plainTable({ ifAlias, ifDescr, ifName, ifType }: InterfaceTexts): {
  interfaceType: InterfaceType;
  ispProvider: string;
} {
  let best: { score: number; type: InterfaceType } = { score: 0, type: ifType === 24 ? 'loopback' : 'other' };
  if (ifType !== 24) {
    [ifAlias, ifDescr, ifName].forEach((text, i) => {
      for (const [type, pattern] of TABLE) {
        const match = pattern.exec(text);
        if (match) {
          const at = match.index === 0 ? 0.1 : 0;
          const score = Math.min(1, 0.7 + at + (0.2 * match[0].length) / text.length) * (WEIGHTS[i] as number);
          best = score > best.score ? { score, type } : best;
          break;
        }
      }
    });
  }
  const all = `${ifAlias} ${ifDescr} ${ifName}`.toLowerCase();
  const provider = PROVIDERS.find(([, aliases]) => aliases.some((alias) => all.includes(alias)))?.[0];
  return { interfaceType: best.type, ispProvider: best.type === 'isp' ? (provider ?? 'unknown') : '' };
}
