import type { Interface } from './interface';

/** A monitored access port for tests: everything that none of them cares about, under what one of them says. */
export function testInterface(said: Partial<Interface> & Pick<Interface, 'ifIndex'>): Interface {
  const ifName = said.ifName ?? `port${said.ifIndex}`;
  return {
    ifName,
    weakIdentity: false,
    ifDescr: ifName,
    ifAlias: '',
    ifType: 6,
    interfaceType: 'access',
    ispProvider: '',
    isCritical: false,
    monitored: true,
    speedOverride: null,
    ...said,
  };
}
