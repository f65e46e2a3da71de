import { deviceId } from '../../config/device-id';
import type { Column } from './column';
import { addressKey } from './read-cell';
import type { RowWords } from './read-row';
import type { DeviceIdentityRow } from './stored-device';

export type Tell = (row: RowWords, column: Column, value: string, rule: string) => void;

export interface MatchedRow {
  words: RowWords;
  /** Of the device, known or new. */
  id: string;
  known: DeviceIdentityRow | undefined;
}

/** As the API takes it. */
const NEW_ID = /^[\p{L}\p{N}._-]{1,128}$/u;

/**
 * Which device each row is about: that with its id, else with its name, else with its address and port, which no other
 * row may name; else a new one. Rows that are about the same device as an earlier one are told and left out.
 */
export function matchRows(rows: readonly RowWords[], devices: readonly DeviceIdentityRow[], tell: Tell): MatchedRow[] {
  const byId = new Map(devices.map((d) => [d.id, d]));
  const live = devices.filter((d) => !d.removed);
  const byName = new Map(live.map((d) => [d.name, d]));
  const byAddress = new Map(live.map((d) => [addressKey(d.address, d.snmp_port), d]));

  const takenBy = new Map<string, RowWords>();
  const found = new Map<RowWords, DeviceIdentityRow | undefined>();
  const claim = (words: RowWords, device: DeviceIdentityRow, column: Column, value: string): void => {
    const other = takenBy.get(device.id);
    if (other) {
      tell(
        words,
        column,
        value,
        `it is device ${device.id}, which line ${other.line} is about too; leave one of them out`
      );
    } else {
      takenBy.set(device.id, words);
      found.set(words, device);
    }
  };
  const distinct = withoutRepeated(rows, tell);
  const left = distinct.filter((words) => {
    const device = words.id === undefined ? undefined : byId.get(words.id);
    if (device) {
      claim(words, device, 'id', device.id);
    } else if (words.id !== undefined && !NEW_ID.test(words.id)) {
      tell(words, 'id', words.id, 'it must be 1 to 128 letters, digits, dots, dashes and underscores');
    } else if (words.id !== undefined) {
      found.set(words, undefined);
    }
    return words.id === undefined;
  });
  const nameless = left.filter((words) => {
    const device = byName.get(words.name);
    if (device) {
      claim(words, device, 'name', words.name);
    }
    return !device;
  });
  for (const words of nameless) {
    const device = byAddress.get(addressKey(words.address, words.port ?? 161));
    // A device that another row names moves away from there, if the row is to fit at all.
    if (device && !takenBy.has(device.id)) {
      claim(words, device, 'ip', words.address);
    } else {
      found.set(words, undefined);
    }
  }
  const ids = new IdMaker(byId, distinct);
  return distinct.flatMap((words): MatchedRow[] => {
    if (!found.has(words)) {
      return [];
    }
    const known = found.get(words);
    const id = known?.id ?? words.id ?? ids.of(words);
    // Deleted under this id: it comes back, with its interfaces.
    return [{ words, id, known: known ?? byId.get(id) }];
  });
}

/** Rows whose id and name stand in no row before them. */
function withoutRepeated(rows: readonly RowWords[], tell: Tell): RowWords[] {
  const ids = new Map<string, number>();
  const names = new Map<string, number>();
  return rows.filter((words) => {
    const sameId = words.id === undefined ? undefined : ids.get(words.id);
    const sameName = names.get(words.name);
    if (sameId !== undefined) {
      tell(words, 'id', words.id as string, `line ${sameId} has it too; leave one of them out`);
    }
    if (sameName !== undefined) {
      tell(words, 'name', words.name, `line ${sameName} has it too; leave one of them out or give it another name`);
    }
    if (words.id !== undefined && sameId === undefined) {
      ids.set(words.id, words.line);
    }
    if (sameName === undefined) {
      names.set(words.name, words.line);
    }
    return sameId === undefined && sameName === undefined;
  });
}

/** Ids for new devices: of their names, numbered where taken. */
class IdMaker {
  private readonly given: Set<string>;
  /** Where to go on counting, by what the ids begin with. */
  private readonly next = new Map<string, number>();

  constructor(
    private readonly byId: ReadonlyMap<string, DeviceIdentityRow>,
    rows: readonly RowWords[]
  ) {
    this.given = new Set(rows.flatMap(({ id }) => (id === undefined ? [] : [id])));
  }

  of({ name, address }: RowWords): string {
    const base = deviceId(name) || deviceId(address);
    for (let n = this.next.get(base) ?? 1; ; n++) {
      const id = n === 1 ? base : `${base}-${n}`;
      if (!this.given.has(id) && (this.byId.get(id)?.removed ?? true)) {
        this.given.add(id);
        this.next.set(base, n + 1);
        return id;
      }
    }
  }
}
