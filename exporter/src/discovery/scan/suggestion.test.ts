import { fingerprint } from '../../model/fingerprint';
import { suggestedName, suggestedType } from './suggestion';

it.each([
  ['core-1.example.net', '10.0.0.5', 'core-1'],
  ['core-1', '10.0.0.5', 'core-1'],
  ['MikroTik', '10.0.0.5', 'MikroTik'],
  ['თბილისი ბირთვი.isp.ge', '10.0.0.5', 'თბილისი ბირთვი'],
  ['10.9.9.9', '10.0.0.5', '10.0.0.5'],
  ['2001:db8::9', '2001:db8::5', '2001:db8::5'],
  ['.example.net', '10.0.0.5', '10.0.0.5'],
  ['', '2001:db8::5', '2001:db8::5'],
])('what calls itself %j at %s is called %j', (sys_name, address, expected) => {
  expect(suggestedName({ sys_name, address })).toBe(expected);
});

it.each([
  ['9.1.222', 'Cisco IOS Software, 7200 Software (C7200-ADVENTERPRISEK9-M), Version 12.4(24)T5', 'router'],
  ['9.1.516', 'Cisco IOS Software, C3750 Software (C3750-IPBASEK9-M), Version 12.2(50)SE5', 'switch'],
  ['9.12.3.1.3.1084', 'Cisco NX-OS(tm) n5000, Software (n5000-uk9), Version 6.0(2)N2(3)', 'switch'],
  ['9.1.1745', 'Cisco Adaptive Security Appliance Version 9.8(2)', 'firewall'],
  // An IOS that could be anything.
  ['9.1.1', 'Cisco IOS Software, Linux Software (I86BI_LINUX-ADVENTERPRISEK9-M), Version 15.4(1)T', ''],
  ['2636.1.1.1.2.21', 'Juniper Networks, Inc. mx960 internet router, kernel JUNOS 13.3R9.13', 'router'],
  ['2636.1.1.1.2.43', 'Juniper Networks, Inc. ex4200-48t ethernet switch, kernel JUNOS 12.3', 'switch'],
  ['2636.1.1.1.2.41', 'Juniper Networks, Inc. srx240h internet router, kernel JUNOS 12.1', 'firewall'],
  ['14988.1', 'RouterOS CHR', 'router'],
  ['14988.1', 'RouterOS CRS328-24P-4S+', 'switch'],
  ['14988.2', 'RB260GS SwOS v2.13', 'switch'],
  ['2011.2.23.276', 'S5720-36C-EI-AC \r\nHuawei Versatile Routing Platform Software', 'switch'],
  ['30065.1.3011', 'Arista Networks EOS version 4.20.5F running on an Arista Networks DCS-7150S-52-CL', 'switch'],
  ['25461.2.3.9', 'Palo Alto Networks PA-5000 series firewall', 'firewall'],
  ['11.2.3.7.11.107', 'ProCurve 516733-B21 6120XG Blade Switch, revision Z.14.31', 'switch'],
  ['41112.1.4', 'Linux 2.6.32.61 #1 Wed May 21 18:37:41 EEST 2014 mips', ''],
  ['8072.3.2.10', 'Linux host 5.10.0 #1 SMP x86_64', ''],
  ['99999.1', 'Adaptive Security Appliance, a switch and firewall', ''],
  ['', '', ''],
])('below %s, %j is a %j', (arc, sysDescr, expected) => {
  const { vendor, model } = fingerprint({ sysObjectID: arc && `1.3.6.1.4.1.${arc}`, sysDescr });
  expect(suggestedType({ vendor, model, sys_descr: sysDescr })).toBe(expected);
});
