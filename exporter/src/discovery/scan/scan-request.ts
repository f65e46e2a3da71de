import { isWithin, type IpNetwork } from '../../model/ip-network';

/** What the configuration allows scans (`discovery.scan`). */
export interface ScanSettings {
  /** Networks that may be looked through; none: scanning is off. */
  networks: readonly IpNetwork[];
  /** Addresses asked at once. */
  concurrency: number;
  /** For one request to an address. */
  timeoutMs: number;
  /** Packets a second. */
  rate: number;
}

/** What somebody wants looked through. */
export interface ScanRequest {
  network: IpNetwork;
  /** Names under `auths:`, in the order in which they are tried; absent: those of `discovery.auths`. */
  auths?: readonly string[] | undefined;
  /** Absent: where this machine can. */
  ping?: boolean | undefined;
  port: number;
}

export type ScanRefusal = 'scan_not_allowed' | 'scan_running' | 'scan_impossible' | 'unknown_auth';

/** A scan that is not begun; the message is for people. */
export class ScanRefused extends Error {
  constructor(
    readonly code: ScanRefusal,
    message: string
  ) {
    super(message);
    this.name = 'ScanRefused';
  }
}

/** Names of credentials that the configuration has. */
export interface ScanAuths {
  /** Under `auths:`: nothing else is ever tried. */
  known: readonly string[];
  /** Those that are tried where the request names none. */
  usual: readonly string[];
}

/**
 * Names of the credentials that the request means.
 * @throws ScanRefused when the configuration does not allow the network, or has no such credential
 */
export function admit(
  { network, auths }: ScanRequest,
  { networks }: ScanSettings,
  { known, usual }: ScanAuths
): string[] {
  if (networks.length === 0) {
    throw new ScanRefused(
      'scan_not_allowed',
      'Looking for devices is off: the configuration lists no network under discovery.scan.networks.'
    );
  }
  if (!networks.some((allowed) => isWithin(network, allowed))) {
    throw new ScanRefused(
      'scan_not_allowed',
      `${network.text} is outside of what may be looked through: discovery.scan.networks has ${networks.map(({ text }) => text).join(', ')}.`
    );
  }
  const strangers = (auths ?? []).filter((name) => !known.includes(name));
  if (strangers.length > 0) {
    throw new ScanRefused(
      'unknown_auth',
      `auths: found ${strangers.map((name) => JSON.stringify(name)).join(', ')}; known are ${known.join(', ') || 'none'}`
    );
  }
  return [...new Set(auths ?? usual)];
}
