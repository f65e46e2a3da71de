import { isUplinkOrCritical, type Interface } from '../model/interface';
import type { Target } from '../model/target-list';
import { seriesOfInterface } from './interface-series';

/** What one device may have at most, so that a box with ten thousand ports cannot crowd out all others. */
export interface Budget {
  interfaces: number;
  /** Of interfaces and modules together. */
  series: number;
}

/**
 * The target with as many interfaces as the budget allows: uplinks and critical ones first, then what is monitored, then
 * by ifIndex, so that the same ones stay whenever it is asked. `leftOut` tells what did not fit.
 */
export function withinBudget(target: Target, budget: Budget): Target {
  const { interfaces } = target;
  const series = interfaces.reduce((sum, one) => sum + seriesOfInterface(one), 0);
  if (interfaces.length <= budget.interfaces && series <= budget.series) {
    return target;
  }
  const kept = new Set<Interface>();
  let used = 0;
  for (const one of [...interfaces].sort((a, b) => rank(a) - rank(b) || a.ifIndex - b.ifIndex)) {
    used += seriesOfInterface(one);
    if (kept.size >= budget.interfaces || used > budget.series) {
      break;
    }
    kept.add(one);
  }
  const left = interfaces.filter((one) => !kept.has(one));
  return {
    ...target,
    interfaces: interfaces.filter((one) => kept.has(one)),
    leftOut: { interfaces: left.length, series: left.reduce((sum, one) => sum + seriesOfInterface(one), 0) },
  };
}

function rank(one: Interface): number {
  return isUplinkOrCritical(one) ? 0 : one.monitored ? 1 : 2;
}
