import type { ProbeAnswer } from '../model/probe';
import type { EchoOutcome, EchoPlan, PingDriver } from '../ping/driver';
import { failed } from './failure';

/** One round of echoes. Never rejects: a driver that cannot work says nothing of the target. */
export async function askIcmp(address: string, plan: EchoPlan, driver: PingDriver): Promise<ProbeAnswer> {
  const what = `ping ${address}`;
  let outcome: EchoOutcome | undefined;
  try {
    await driver.round([address], plan, (_, decided) => (outcome = decided));
  } catch (err) {
    return failed('local', what, (err as Error).message);
  }
  if (!outcome || outcome.sent === 0) {
    return failed('local', what, outcome?.error ?? 'the round ended without an outcome');
  }
  const { sent, rttsMs, error } = outcome;
  const lossRatio = (sent - rttsMs.length) / sent;
  if (rttsMs.length === 0) {
    return error === undefined
      ? { ...failed('timeout', what, `none of ${sent} echoes was answered within ${plan.timeoutMs} ms`), lossRatio }
      : { ...failed('unreachable', what, error), lossRatio };
  }
  const durationMs = rttsMs.reduce((sum, rtt) => sum + rtt, 0) / rttsMs.length;
  return { reason: null, detail: '', durationMs, lossRatio };
}
