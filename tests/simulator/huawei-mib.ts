import type { SimulatedDevice } from './device';
import { deviceLoad, memoryUsed, processorTemperature } from './body';
import { memoryBytes, type DeviceMib } from './host-mib';
import { integer, text } from './mib-value';

/** entPhysicalIndex of the board, and of a port: a part that has nothing to tell, as each table has many. */
const ROWS = [[67_108_867], [67_129_358]] as const;
const BOARD = 0;

const ofBoard = (read: (d: SimulatedDevice) => number) => (d: SimulatedDevice, row: number) =>
  integer(row === BOARD ? Math.round(read(d)) : 0);

/** HUAWEI-ENTITY-EXTENT-MIB::hwEntityStateTable with the names of ENTITY-MIB; VRP answers no HOST-RESOURCES-MIB. */
export function huawei(): DeviceMib {
  return {
    scalars: {},
    tables: [
      {
        entry: '1.3.6.1.2.1.47.1.1.1.1',
        rows: ROWS,
        columns: { 7: (d, row) => text(row === BOARD ? `${d.promise.model} board` : 'GigabitEthernet0/0/1') },
      },
      {
        // hwEntityCpuUsage, hwEntityMemUsage, hwEntityMemSize, hwEntityTemperature
        entry: '1.3.6.1.4.1.2011.5.25.31.1.1.1.1',
        rows: ROWS,
        columns: {
          5: ofBoard((d) => 100 * deviceLoad(d)),
          7: ofBoard((d) => (100 * memoryUsed(d)) / memoryBytes(d)),
          9: ofBoard(memoryBytes),
          11: ofBoard(processorTemperature),
        },
      },
    ],
  };
}
