/** How the boxes below one arc of sysObjectID are told: the longest arc wins. */
export interface VendorArc {
  /** Below 1.3.6.1.4.1, without it. */
  arc: string;
  vendor: string;
  /** Over sysDescr; the first group is the model. */
  model?: RegExp;
  /** Over sysDescr; the first group is the version. */
  version?: RegExp;
}

const VERSION = /\bversion:?\s+v?([0-9][^\s,;]*)/i;

/** Enterprise numbers of the IANA registry, with the boxes that each vendor's MIB puts below them. */
export const VENDOR_ARCS: readonly VendorArc[] = [
  {
    arc: '14988.1',
    vendor: 'mikrotik',
    model: /^RouterOS (\S+)/,
    version: /^RouterOS (?:v?(\d+\.\d\S*)|\S+ v?(\d+\.\d\S*))/,
  },
  { arc: '14988.2', vendor: 'mikrotik', model: /^(\S+) SwOS/, version: /SwOS v?(\S+)/ },
  {
    arc: '9',
    vendor: 'cisco',
    model: /\b(?:Software, |Cisco )?([A-Z]{1,4}\d{2,4}\w*|n\d{4})\b[^(,]* ?(?:Software|,)/i,
    version: VERSION,
  },
  { arc: '9.6.1', vendor: 'cisco', model: /^(\S+)/, version: VERSION },
  { arc: '9.12.3.1.3', vendor: 'cisco', model: /NX-OS\(tm\) (\w+)/, version: VERSION },
  {
    arc: '2636',
    vendor: 'juniper',
    model: /Juniper Networks, Inc\. (\S+)/,
    version: /(?:kernel JUNOS|Junos:?) ([0-9][^\s,]*)/i,
  },
  {
    arc: '2011',
    vendor: 'huawei',
    model: /\b((?:AR|NE|S|CE|USG|MA|OLT)\d[\w-]*)\b/,
    version: /Version ([\d.]+(?: \([^)]*\))?)/,
  },
  { arc: '25506', vendor: 'h3c', model: /(?:H3C|HPE?|Comware)\s(?!Comware)([A-Z]?\d[\w-]*)/, version: VERSION },
  { arc: '12356.101', vendor: 'fortinet', model: /^(Forti\S+)/, version: /v(\d+\.\d+\.\d+)/ },
  { arc: '12356.103', vendor: 'fortinet', model: /^(Forti\S+)/, version: /v(\d+\.\d+\.\d+)/ },
  { arc: '12356.106', vendor: 'fortinet', model: /^(Forti\S+)/, version: /v(\d+\.\d+\.\d+)/ },
  { arc: '12356', vendor: 'fortinet' },
  {
    arc: '41112',
    vendor: 'ubiquiti',
    model: /^(EdgeOS|USW\S*|UAP\S*|UniFi \S+|EdgeSwitch \S+)/,
    version: /\bv?(\d+\.\d+\.\d+\S*)/,
  },
  { arc: '41112.1.4', vendor: 'ubiquiti' },
  { arc: '10002.1', vendor: 'ubiquiti' },
  { arc: '30065', vendor: 'arista', model: /running on an? Arista Networks (\S+)/, version: VERSION },
  { arc: '6527', vendor: 'nokia', model: /(\d{4} \w+(?:-\w+)?)/, version: /TiMOS-\w-([\w.]+)/ },
  { arc: '3902', vendor: 'zte', model: /\b(C\d{3}|ZXA10 \S+|ZXR10 \S+)/, version: VERSION },
  { arc: '35265', vendor: 'eltex', model: /\b((?:MES|ESR|LTP|WEP|WOP)[\w-]+)/, version: VERSION },
  { arc: '171.10', vendor: 'd-link', model: /\b(D[A-Z]{2}-[\w/-]+)/, version: VERSION },
  { arc: '11863', vendor: 'tp-link', model: /\b(T[LP]?-?[A-Z]{0,2}\d[\w-]*)/, version: VERSION },
  { arc: '7367', vendor: 'draytek', model: /\b(Vigor\s?\w+)/, version: VERSION },
  { arc: '44641', vendor: 'vyos', version: /VyOS (\S+)/ },
  { arc: '25461', vendor: 'paloalto', model: /Palo Alto Networks (\S+)/ },
  { arc: '14823', vendor: 'aruba', model: /MODEL: ([^)]+)\)/, version: VERSION },
  { arc: '47196', vendor: 'aruba', model: /Aruba (\S+ \S+)/, version: /\b([A-Z]{2}\.\d+\.\d+\.\d+)/ },
  {
    arc: '11.2.3.7',
    vendor: 'hpe',
    model: /^(?:ProCurve|HP|Aruba) (?:[A-Z]\w+ )?(\S+)/,
    version: /revision ([A-Z]{1,2}\.[\w.]+)/,
  },
  { arc: '25053', vendor: 'ruckus', model: /Ruckus (?:Wireless )?(?:Inc )?(\S+)/, version: VERSION },
  { arc: '17713', vendor: 'cambium' },
  { arc: '161.19', vendor: 'cambium' },
  { arc: '43356', vendor: 'mimosa' },
  { arc: '318', vendor: 'apc', model: /MN:\s?(\S+)/, version: /AF1:v?(\S+)/ },
  { arc: '705', vendor: 'eaton' },
  { arc: '534', vendor: 'eaton' },
  { arc: '39165', vendor: 'hikvision' },
  { arc: '50001', vendor: 'hikvision' },
  { arc: '1004849', vendor: 'dahua' },
  { arc: '48690', vendor: 'teltonika' },
  { arc: '8886', vendor: 'raisecom', model: /\b(ISCOM\w+)/, version: VERSION },
  { arc: '3320', vendor: 'bdcom', model: /\b((?:S|P|GP)\d{4}\w*)/, version: VERSION },
  { arc: '311.1.1.3', vendor: 'microsoft', version: /Version (\S+)/ },
  { arc: '36849', vendor: 'samsung' },
];

/** Where an agent answers with net-snmp's own number, or with none: the first that sysDescr fits. */
export const VENDORS_BY_DESCRIPTION: readonly { vendor: string; pattern: RegExp; model?: RegExp; version?: RegExp }[] =
  [
    { vendor: 'mikrotik', pattern: /\bRouterOS\b/, model: /^RouterOS (\S+)/ },
    { vendor: 'teltonika', pattern: /\bteltonika\b/i },
    { vendor: 'ubiquiti', pattern: /\b(?:unifi|edgeos|ubnt|usg|udm)\b/i },
    { vendor: 'vyos', pattern: /\bvyos\b/i, version: /VyOS (\S+)/i },
    { vendor: 'sophos', pattern: /\bsophos\b/i },
    { vendor: 'cisco', pattern: /\bcisco\b/i, version: VERSION },
    { vendor: 'huawei', pattern: /\bhuawei\b/i },
    { vendor: 'linux', pattern: /^Linux\b/, version: /^Linux \S+ (\d\S*)/ },
    { vendor: 'freebsd', pattern: /\bFreeBSD\b/, version: /FreeBSD (\S+)/ },
  ];
