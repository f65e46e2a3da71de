/** What one run of echoes cost. */
export interface Load {
  cpuUs: number;
  echoes: number;
  wallMs: number;
  way: string;
}

export function reportLoad(load: Load): void {
  process.stdout.write(`${JSON.stringify(load)}\n`);
}

/** Distinct addresses of 127.0.0.0/8, all answered by this machine's kernel. */
export function loopbackTargets(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `127.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The value below which that share of the sorted values lies. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
