import type { Device } from './device';

/** A device for tests: everything that none of them cares about, under what one of them says. */
export function testDevice(said: Partial<Device> & Pick<Device, 'id'>): Device {
  return {
    name: said.id,
    address: '127.0.0.1',
    snmpPort: 161,
    site: 'HQ',
    region: 'Tbilisi',
    type: 'router',
    role: '',
    auth: 'branch',
    ping: true,
    enabled: true,
    vendor: '',
    model: '',
    osVersion: '',
    sysName: '',
    ...said,
  };
}
