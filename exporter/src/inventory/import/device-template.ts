import type { DeviceTableRow } from './device-table';

/** What people start from: every column, and two devices of the addresses for documentation (RFC 5737). */
export const DEVICE_TEMPLATE: readonly Partial<DeviceTableRow>[] = [
  {
    name: 'tbilisi-core-1',
    ip: '192.0.2.1',
    port: 161,
    device_type: 'router',
    role: 'core',
    branch: 'Tbilisi HQ',
    region: 'Tbilisi',
    latitude: 41.7151,
    longitude: 44.8271,
    auth: 'auto',
    ping: true,
    enabled: true,
    tier: 'standard',
    tags: ['core', 'backbone'],
    notes: 'first rack, second floor',
  },
  {
    name: 'gori-switch-1',
    ip: '192.0.2.2',
    device_type: 'switch',
    role: 'access',
    branch: 'გორი',
    region: 'შიდა ქართლი',
    auth: 'auto',
    enabled: true,
  },
];
