/** How one round of echoes is sent: RFC 792 (ICMP echo) and RFC 4443 section 4.1 (ICMPv6 echo). */
export interface EchoPlan {
  /** Echoes to each target. */
  count: number;
  /** Time between two echoes to one target. */
  gapMs: number;
  /** How long an echo may take; a later reply is a lost one. */
  timeoutMs: number;
}

/** What became of the echoes to one target, once each was answered or timed out. */
export interface EchoOutcome {
  /**
   * Echoes that were tried on the network. One for which the system has no route counts as sent and lost; one that
   * the system refused (firewall, no such interface) does not count: it says nothing about the target.
   */
  sent: number;
  /** Round-trip times in ms, in the order of the echoes, answered ones only. */
  rttsMs: number[];
  /** What the system said when echoes could not be sent: the first refusal of the round. */
  error?: string;
}

/**
 * A way to send echoes. Drivers never throw for one target's trouble: it is that target's outcome. They throw from
 * their `open` function when they cannot work at all, with one line that names the cure.
 */
export interface PingDriver {
  readonly name: 'socket' | 'fping' | 'simulator';
  /** For people, on the landing page and in the log: "ICMP datagram sockets", "fping 5.1 (/usr/bin/fping)". */
  readonly description: string;
  /** How far apart in ms rounds should be started so that one call of `round` carries a worthwhile batch. */
  readonly slotMs: number;
  /**
   * Sends one round to every address (IP literals) and reports each address once, as soon as it is decided.
   * Resolves after the last report.
   */
  round(
    addresses: readonly string[],
    plan: EchoPlan,
    onDecided: (index: number, outcome: EchoOutcome) => void
  ): Promise<void>;
  close(): Promise<void>;
}
