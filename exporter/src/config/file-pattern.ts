import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const FILE_PATTERN_RULE =
  'it must name a file that exists; * and ? stand for parts of the last name of the path (/etc/isp-monitor/modules/*.yml)';

/**
 * The files that a pattern names, absolute and in the order of their names; none when there is no such file. Only the
 * last name may have * and ?, as in the `file_sd_configs` of Prometheus.
 */
export function filesMatching(pattern: string, directory: string): string[] {
  const absolute = path.resolve(directory, pattern);
  const folder = path.dirname(absolute);
  const name = path.basename(absolute);
  if (!/[*?]/.test(name)) {
    return existsSync(absolute) ? [absolute] : [];
  }
  const source = name
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  const expression = new RegExp(`^${source}$`);
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.') && expression.test(entry.name))
    .map((entry) => path.join(folder, entry.name))
    .sort();
}
