/** The parts of net-snmp 3.29 that we use; the package has no types of its own. */
declare module 'net-snmp' {
  import type { EventEmitter } from 'node:events';

  interface RawVarbind {
    oid: string;
    type: number;
    value: number | string | boolean | Buffer | null;
  }

  interface DgramModule {
    createSocket(transport: 'udp4' | 'udp6'): unknown;
  }

  interface SessionOptions {
    /** 0 is version 1, 1 is version 2c, 3 is version 3. */
    version: 0 | 1 | 3;
    transport: 'udp4' | 'udp6';
    port: number;
    retries: number;
    /** ms per attempt. */
    timeout: number;
    backwardsGetNexts: boolean;
    reportOidMismatchErrors: boolean;
    context?: string;
    dgramModule?: DgramModule;
  }

  interface User {
    name: string;
    level: number;
    authProtocol?: string;
    authKey?: string;
    privProtocol?: string;
    privKey?: string;
  }

  type Answer<T> = (error: Error | null, varbinds: T) => void;

  class Session extends EventEmitter {
    constructor(target: string, authenticator: string | User, options: SessionOptions);
    /** Requests that wait for an answer. */
    readonly reqCount: number;
    /** Of requests that are sent from now on. */
    protected retries: number;
    get(oids: string[], answer: Answer<RawVarbind[]>): this;
    getNext(oids: string[], answer: Answer<RawVarbind[]>): this;
    /** Varbinds grouped by repeater. */
    getBulk(oids: string[], nonRepeaters: number, maxRepetitions: number, answer: Answer<RawVarbind[][]>): this;
    cancelRequests(error: Error): void;
    close(): this;
    protected onMsg(packet: Buffer): void;
    /** SNMPv3: what the session knows of the engine; set, it does no discovery of its own. */
    protected msgSecurityParameters?: {
      msgAuthoritativeEngineID: Buffer;
      msgAuthoritativeEngineBoots: number;
      msgAuthoritativeEngineTime: number;
    };
    protected engineTimeBoots: number | null;
    protected engineTimeBase: number | null;
    /** ms of performance.now() */
    protected engineTimeReceivedAt: number | null;
    protected latestReceivedEngineTime: number | null;
    protected sendV3Req(
      pdu: object,
      feed: unknown,
      response: unknown,
      options: unknown,
      port: number,
      allowReport: boolean
    ): void;
  }

  /** Error status of the agent (RFC 3416 section 3). */
  class RequestFailedError extends Error {
    readonly status: number;
  }
  class RequestTimedOutError extends Error {}
  class ResponseInvalidError extends Error {
    readonly code: number;
  }

  /** The authoritative engine, as keys are localised to it (RFC 3414 section 2.6). */
  interface EngineClock {
    engineID: Buffer;
    engineBoots: number;
    engineTime: number;
  }

  const Authentication: {
    algorithms: Record<string, { CRYPTO_ALGORITHM: string }>;
    passwordToKey(authProtocol: string, password: string | Buffer, engineID: Buffer): Buffer;
  };
  const Encryption: { algorithms: Record<string, object> };
  const SecurityLevel: { noAuthNoPriv: number; authNoPriv: number; authPriv: number };
  const AuthProtocols: Record<string, string>;
  const PrivProtocols: Record<string, string>;
  const ResponseInvalidCode: Record<string, number>;
}
