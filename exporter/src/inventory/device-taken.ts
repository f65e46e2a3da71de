import { isIP } from 'node:net';
import type { Queryable } from './database';
import type { DeviceWords } from './device-words';
import { EditRefused } from './edits';

/** @throws EditRefused naming the device that has the name, or the address in whatever spelling */
export async function refuseTaken(
  tx: Queryable,
  id: string,
  { name, address, snmp_port }: Pick<DeviceWords, 'name' | 'address' | 'snmp_port'>
): Promise<void> {
  const [other] = await tx.query<{ id: string; name: string; address: string }>(
    `select id, name, address from devices
      where removed_at is null and id <> $1
        and (name = $2 or snmp_port = $4 and case
               when $5::boolean and address ~ '^[0-9a-fA-F.]*:[0-9a-fA-F:.]*$' then address::inet = $3::text::inet
               else lower(address) = lower($3::text) end)
      order by name = $2 desc limit 1`,
    [id, name, address, snmp_port, isIP(address) === 6]
  );
  if (other) {
    const what = other.name === name ? `name ${name}` : `address ${address} port ${snmp_port}`;
    throw new EditRefused('taken', `The ${what} belongs to device ${other.id} (${other.name}).`);
  }
}
