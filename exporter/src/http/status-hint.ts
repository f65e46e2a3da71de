import type { DeviceStatus } from '../metrics/device-status';

/** What an operator should look at first, in one sentence; null when nothing is wrong. */
export function statusHint({ state, ping, snmp }: Pick<DeviceStatus, 'state' | 'ping' | 'snmp'>): string | null {
  if (state === 'disabled') {
    return 'disabled in the inventory: nothing is asked of it';
  }
  if (ping?.error != null && ping.answering === null) {
    return `no echo could be sent (${ping.error}): look at this host, its routes and its name servers`;
  }
  const silent = ping?.answering === false;
  const pinged = ping?.answering === true;
  switch (snmp?.reason) {
    case undefined:
    case null:
    case 'ok':
      if (silent && snmp?.reason === 'ok') {
        return 'SNMP answers, ping is silent: the device or a filter on the way drops ICMP echoes';
      }
      return silent && state === 'down' ? 'no answer to pings: the device or the way to it is down' : null;
    case 'timeout':
      if (pinged) {
        return 'ping answers, SNMP silent: check the ACL, the community or user, and that the agent is switched on';
      }
      return silent
        ? 'neither ping nor SNMP answers: the device or the way to it is down'
        : 'SNMP silent: check the ACL and the community or user';
    case 'auth':
      return 'SNMP refuses the credential: check the entry under auths that the device names';
    case 'unreachable':
      return pinged
        ? 'ping answers, the SNMP port is closed: switch the agent on or correct the port'
        : 'the network says that the SNMP port cannot be reached: check routes and the port';
    case 'no_such_object':
      return 'SNMP answers without the objects that were asked for: the view of the community or user hides IF-MIB, or the interfaces are gone';
    case 'malformed':
      return 'SNMP answers what cannot be decoded: look for a firmware update, or a second device with the same address';
    case 'tooslow':
      return 'SNMP answers too slowly for its deadline: poll fewer interfaces of it or raise snmp.interval';
  }
}
