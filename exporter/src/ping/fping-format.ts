import type { EchoOutcome, EchoPlan } from './driver';

/**
 * Arguments for one round: `-q -C` prints one line a target with every round-trip time, `-f -` takes the targets from
 * standard input. `-i` spreads the targets over the gap, so that a round leaves as a stream and not as a burst.
 */
export function fpingArguments(targets: number, plan: EchoPlan): string[] {
  const interval = Math.min(1, plan.gapMs / Math.max(targets, 1));
  return [
    '-q',
    '-C',
    String(plan.count),
    // fping waits at least a hundredth of a second between echoes to one target.
    '-p',
    String(Math.max(plan.gapMs, 10)),
    '-t',
    String(plan.timeoutMs),
    '-i',
    interval.toFixed(3),
    '-f',
    '-',
  ];
}

/**
 * One line of `fping -q -C`: "10.0.0.1   : 0.74 - 0.028", a dash for each lost echo. fping counts an echo that the
 * system refused as lost too, so a refusal cannot be told from silence here.
 * @returns undefined for any other line (warnings, ICMP errors of routers)
 */
export function parseFpingLine(line: string, plan: EchoPlan): { address: string; outcome: EchoOutcome } | undefined {
  const match = /^(\S+)\s+: ((?:-|\d+(?:\.\d+)?)(?: (?:-|\d+(?:\.\d+)?))*)\s*$/.exec(line);
  if (!match) {
    return undefined;
  }
  const values = match[2]!.split(' ');
  const rttsMs = values.filter((value) => value !== '-').map(Number);
  return {
    address: match[1]!,
    // fping takes replies until the end of the process: what came after the timeout is lost all the same.
    outcome: { sent: values.length, rttsMs: rttsMs.filter((rtt) => rtt <= plan.timeoutMs) },
  };
}
