import type { BerReader } from '../ber';

export const REPORT_PDU = 0xa8;

export type ReportKind = 'engine' | 'time' | 'refused';

/** Why an agent did not process a message: the counters that it sends back (RFC 3414 section 5, RFC 3412 section 5). */
export interface ReportCause {
  oid: string;
  /** What net-snmp calls it. */
  library?: string;
  /** engine: it has another engine id; time: our clock for it is wrong; refused: asking again changes nothing. */
  kind: ReportKind;
  /** In the words of what to look at. */
  text: string;
}

const USM = '1.3.6.1.6.3.15.1.1';
const cause = (oid: string, kind: ReportKind, text: string, library?: string): ReportCause => ({
  oid: `${oid}.0`,
  kind,
  text,
  library,
});

export const CAUSES: readonly ReportCause[] = [
  cause(`${USM}.1`, 'refused', 'it does not take this security level for the user', 'Unsupported Security Level'),
  cause(`${USM}.2`, 'time', 'the request was outside its time window', 'Not In Time Window'),
  cause(`${USM}.3`, 'refused', 'it does not know the user name', 'Unknown User Name'),
  cause(`${USM}.4`, 'engine', 'it does not know the engine id', 'Unknown Engine ID'),
  cause(`${USM}.5`, 'refused', 'wrong password or authentication protocol', 'Wrong Digest'),
  cause(`${USM}.6`, 'refused', 'wrong privacy password or protocol', 'Decryption Error'),
  cause('1.3.6.1.6.3.11.2.1.1', 'refused', 'it does not know the user-based security model'),
  cause('1.3.6.1.6.3.11.2.1.2', 'refused', 'it calls the message invalid'),
  cause('1.3.6.1.6.3.11.2.1.3', 'refused', 'it has nobody who answers this kind of request'),
  cause('1.3.6.1.6.3.12.1.4', 'refused', 'the context is not available'),
  cause('1.3.6.1.6.3.12.1.5', 'refused', 'it does not know the context name'),
];

const UNKNOWN = cause('', 'refused', 'it sent an SNMPv3 report instead of values, and does not say why');

/** Reads a Report-PDU. @throws RangeError for what is none */
export function readReport(reader: BerReader): ReportCause {
  reader.enter(REPORT_PDU);
  // The request id is ours, 0 or the largest number, as far as the agent could read the request.
  reader.octets(0x02);
  reader.octets(0x02);
  reader.octets(0x02);
  const end = reader.enter(0x30);
  if (reader.at === end) {
    return UNKNOWN;
  }
  reader.enter(0x30);
  const oid = oidText(reader.octets(0x06));
  return CAUSES.find((one) => one.oid === oid) ?? UNKNOWN;
}

/** Objects of SNMPv2 all begin with 1.3, and their arcs here are all below 128. */
function oidText(content: Buffer): string {
  return content[0] === 0x2b ? ['1.3', ...content.subarray(1)].join('.') : '';
}
