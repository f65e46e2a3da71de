/** The npm package net-snmp with the same GET, its sessions and their keys kept. Argument: port of the agent. */
import { type RawVarbind, Session } from 'net-snmp';
import { v3User } from '../../../exporter/src/snmp/v3-user';
import { CELLS } from '../poll/exporter-peer';
import { AUTH, compare } from './cells';

const options = {
  version: 3 as const,
  transport: 'udp4' as const,
  port: Number(process.argv[2]),
  retries: 0,
  timeout: 5000,
  backwardsGetNexts: true,
  reportOidMismatchErrors: false,
};

compare(() => {
  const session = new Session('127.0.0.1', v3User(AUTH), options);
  return () =>
    new Promise((resolve, reject) => {
      session.get(CELLS, (error: Error | null, varbinds: RawVarbind[]) => {
        if (error || varbinds.length !== CELLS.length) {
          reject(error ?? new Error(`net-snmp brought ${varbinds.length} of ${CELLS.length} cells`));
        } else {
          resolve();
        }
      });
    });
});
