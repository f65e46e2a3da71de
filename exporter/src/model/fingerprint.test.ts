import { fingerprint } from './fingerprint';

const CASES: [string, string, string, string, string][] = [
  // below 1.3.6.1.4.1, sysDescr, vendor, model, version
  ['14988.1', 'RouterOS CHR', 'mikrotik', 'CHR', ''],
  ['14988.1', 'RouterOS RB4011iGS+', 'mikrotik', 'RB4011iGS+', ''],
  ['14988.1', 'RouterOS CCR2004-1G-12S+2XS 7.16.1', 'mikrotik', 'CCR2004-1G-12S+2XS', '7.16.1'],
  [
    '9.1.516',
    'Cisco IOS Software, C3750 Software (C3750-IPBASE-M), Version 12.2(50)SE5, RELEASE SOFTWARE (fc1)',
    'cisco',
    'C3750',
    '12.2(50)SE5',
  ],
  [
    '9.12.3.1.3.1084',
    'Cisco NX-OS(tm) n5000, Software (n5000-uk9), Version 6.0(2)N2(3), RELEASE SOFTWARE',
    'cisco',
    'n5000',
    '6.0(2)N2(3)',
  ],
  ['9.1.222', '', 'cisco', '', ''],
  [
    '2636.1.1.1.2.21',
    'Juniper Networks, Inc. mx960 internet router, kernel JUNOS 13.3R9.13, Build date: 2016-03-01',
    'juniper',
    'mx960',
    '13.3R9.13',
  ],
  [
    '30065.1.3011',
    'Arista Networks EOS version 4.20.5F running on an Arista Networks DCS-7150S-52-CL',
    'arista',
    'DCS-7150S-52-CL',
    '4.20.5F',
  ],
  [
    '11.2.3.7.11.107',
    'ProCurve 516733-B21 6120XG Blade Switch, revision Z.14.31, ROM Z.14.09',
    'hpe',
    '516733-B21',
    'Z.14.31',
  ],
  ['2011.2.23.276', '', 'huawei', '', ''],
  [
    '2011.2.224.279',
    'Huawei AR2220E Huawei Versatile Routing Platform Software VRP (R) software, Version 5.170 (AR2200 V200R009)',
    'huawei',
    'AR2220E',
    '5.170 (AR2200 V200R009)',
  ],
  ['25461.2.3.9', 'Palo Alto Networks PA-5000 series firewall', 'paloalto', 'PA-5000', ''],
  ['41112.1.4', 'Linux 2.6.32.61 #1 Wed May 21 18:37:41 EEST 2014 mips', 'ubiquiti', '', ''],
  ['12356.101.1.641', 'FortiGate-60F v7.2.8,build1639', 'fortinet', 'FortiGate-60F', '7.2.8'],
  ['8072.3.2.10', 'Linux branch-gw 5.10.0 #1 SMP x86_64', 'linux', '', '5.10.0'],
  ['8072.3.2.10', 'UniFi Gateway 4.4.57', 'ubiquiti', '', ''],
  ['9999.1', 'something', '', '', ''],
  ['20110.1', 'something', '', '', ''],
  ['', 'Cisco IOS Software, Version 15.1(4)M', 'cisco', '', '15.1(4)M'],
  ['', '', '', '', ''],
];

it.each(CASES)('%s %s', (arc, sysDescr, vendor, model, osVersion) => {
  const sysObjectID = arc === '' ? '' : `1.3.6.1.4.1.${arc}`;
  expect(fingerprint({ sysObjectID, sysDescr })).toEqual({ vendor, model, osVersion });
});
