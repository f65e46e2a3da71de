import type { SnmpAuth } from '../model/snmp-auth';
import type { SnmpReason } from '../model/snmp-reason';
import type { WalkCut } from './walk-cut';

export type { SnmpAuth };

export interface SnmpEndpoint {
  /** IP literal. */
  address: string;
  port: number;
  auth: SnmpAuth;
  /** Per attempt. */
  timeoutMs: number;
  /** Attempts after the first. */
  retries: number;
}

/** One variable of an answer (RFC 3416 section 3); exceptions (noSuchObject, noSuchInstance, endOfMibView) never appear. */
export interface Varbind {
  /** Dotted, without a leading dot. */
  oid: string;
  /**
   * ASN.1 tag: 2 INTEGER, 4 OCTET STRING, 6 OID, 0x40 IpAddress, 0x41 Counter32, 0x42 Gauge32, 0x43 TimeTicks, 0x44
   * Opaque, 0x46 Counter64; of a float inside an Opaque its own tag: 0x9f78 single, 0x9f79 double.
   */
  type: number;
  /** Counter64 as number, exact to 2^53 and wrapped there; OCTET STRING and Opaque as Buffer; OID and IpAddress as dotted text. */
  value: number | string | Buffer;
}

/** A request that brought no usable answer: `reason` for the metric, `message` for people. */
export class SnmpError extends Error {
  constructor(
    readonly reason: Exclude<SnmpReason, 'ok'>,
    message: string,
    options?: { cause?: unknown }
  ) {
    super(message, options);
    this.name = 'SnmpError';
  }
}

/** A conversation with one agent. Every method rejects with SnmpError and with nothing else. */
export interface SnmpSession {
  /** Values by OID; what the agent does not have is absent. */
  get(oids: readonly string[]): Promise<Map<string, Varbind>>;
  /**
   * Rows of several columns at once: each request carries all columns that are not finished, where the agent takes
   * several. Rows come in index order of the first column that has them. Stops a column at its end, at endOfMibView and
   * at an OID that does not increase.
   */
  columns(columns: readonly string[], options?: ColumnsOptions): Promise<ColumnRows>;
  /**
   * Everything below `root` in the agent's order, by GETBULK with at most `maxRepetitions` a packet (version 1, and agents
   * without GETBULK: GETNEXT); of a root that is an instance its own value. An error status ends the walk and keeps what
   * came, but authorizationError before the first value rejects; so does an OID that does not increase, unless
   * `allowNonIncreasing` is set.
   */
  walk(root: string, options?: WalkOptions): Promise<Varbind[]>;
  /** The same GET again and again: rendered once where the version allows. The OIDs must fit one packet. */
  prepare(oids: readonly string[]): PreparedGet;
  /** Ends the conversation; what waits for an answer rejects. */
  close(): void;
}

export interface ColumnsOptions {
  maxRows?: number;
  /** A column ended before its end, and what came of it is kept; once for each such column. */
  onCut?: (cut: WalkCut) => void;
}

export interface WalkOptions {
  /** 0 leaves it to the session. */
  maxRepetitions?: number;
  allowNonIncreasing?: boolean;
}

export interface PreparedGet {
  /** One round trip; one at a time. Rejects like `get`. */
  read(): Promise<GetAnswer>;
  /** The same with types, as `get` gives them. `oids`: those that it was prepared for, whose texts it does not keep. */
  varbinds(oids: readonly string[]): Promise<VarbindAnswer>;
}

/** Values in the order of the OIDs. What the agent does not have is NaN in `numbers` and undefined in `octets`. */
export interface GetAnswer {
  /** Until the next read of the same request. */
  numbers: Float64Array;
  /**
   * Until the next read too, but each Buffer may be kept. A request that is rendered once gives the same Buffer as before
   * while the bytes are the same.
   */
  octets: readonly (Buffer | undefined)[];
  /** When the agent could not answer all at once: the most OIDs that it answered together. Values are of several moments then. */
  atOnce?: number;
}

export interface VarbindAnswer {
  /** In the order of the OIDs; undefined what the agent does not have. Octets may be views of the packet. */
  varbinds: readonly (Varbind | undefined)[];
  /** As in GetAnswer. */
  atOnce?: number;
}

/** column OID -> (index part below it, dotted) -> varbind. */
export type ColumnRows = Map<string, Map<string, Varbind>>;

/** Opens sessions over shared sockets; closing it closes them all. */
export interface SnmpEngine {
  open(endpoint: SnmpEndpoint): SnmpSession;
  readonly openSessions: number;
  close(): Promise<void>;
}
