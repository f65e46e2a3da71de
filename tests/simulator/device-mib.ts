import { boots, buildOf } from './body';
import { cisco } from './cisco-mib';
import type { SimulatedDevice } from './device';
import type { DeviceMib, Scalars } from './host-mib';
import { huawei } from './huawei-mib';
import { linux } from './linux-mib';
import { integer } from './mib-value';
import { mikrotik } from './mikrotik-mib';
import { ObjectColumn, parseOid, RowSet, SCALAR, type TableEntry } from './oid-table';
import { uptime } from './system-mib';
import { identityOf, type Make } from './vendor';

/** The part of an agent's state that these objects need. */
interface Source {
  device: SimulatedDevice;
}

/** SNMP-FRAMEWORK-MIB (RFC 3411): snmpEngineBoots, snmpEngineTime. */
const ENGINE: Scalars = {
  '1.3.6.1.6.3.10.2.1.2': (d) => integer(boots(d)),
  '1.3.6.1.6.3.10.2.1.3': (d) => integer(Math.floor(uptime(d))),
};

const MIBS: Readonly<Record<Make, (device: SimulatedDevice) => DeviceMib>> = { mikrotik, cisco, huawei, linux };

/** Devices of one kind with the same number of cores answer the same objects: made once, shared by all of them. */
const made = new Map<string, TableEntry<Source>[]>();

/** CPU, memory, disks, sensors and clocks, as agents of its vendor have them. */
export function deviceObjects(device: SimulatedDevice): readonly TableEntry<Source>[] {
  const { make } = identityOf(device.promise);
  const key = `${make} ${buildOf(device).cores}`;
  const known = made.get(key) ?? entries(MIBS[make](device));
  made.set(key, known);
  return known;
}

function entries({ scalars, tables }: DeviceMib): TableEntry<Source>[] {
  const single = Object.entries({ ...ENGINE, ...scalars }).map(([object, read]) => ({
    column: new ObjectColumn<Source>(parseOid(object), ({ device }) => read(device)),
    rows: SCALAR,
  }));
  const cells = tables.flatMap(({ entry, rows, columns }) => {
    const set = new RowSet(rows);
    return Object.entries(columns).map(([sub, read]) => ({
      column: new ObjectColumn<Source>([...parseOid(entry), Number(sub)], ({ device }, row) => read(device, row)),
      rows: set,
    }));
  });
  return [...single, ...cells];
}
