import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseError } from './database';

/** Directories held by this very process: a lock file with our own pid says nothing in a container, where pids repeat. */
const held = new Set<string>();

/** Takes `directory` for this process alone. Throws DatabaseError when another process that still runs has it. */
export function lockDirectory(directory: string): { release(): void } {
  const file = `${directory}.lock`;
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid} ${startOf(process.pid) ?? ''}\n`);
  try {
    for (let attempt = 0; ; attempt++) {
      try {
        // A link appears whole or not at all, so nobody ever reads a half-written lock.
        linkSync(own, file);
        break;
      } catch (err) {
        if ((err as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 2) {
          throw err;
        }
        const holder = held.has(directory) ? process.pid : runningHolder(file);
        if (holder !== undefined) {
          throw new DatabaseError(
            `the embedded Postgres in ${directory} is in use by process ${holder}; stop it, or set another data_dir or a database.url`
          );
        }
        rmSync(file, { force: true });
      }
    }
  } finally {
    rmSync(own, { force: true });
  }
  held.add(directory);
  return {
    release: () => {
      held.delete(directory);
      rmSync(file, { force: true });
    },
  };
}

/** The process that wrote the lock file, when it still runs and is not a later one with the same pid. */
function runningHolder(file: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const [pidText = '', start = ''] = text.trim().split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) {
    return undefined;
  }
  try {
    process.kill(pid, 0);
  } catch (err) {
    return (err as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
  const now = startOf(pid);
  return start !== '' && now !== undefined && now !== start ? undefined : pid;
}

/** Start time of a process in clock ticks since boot (proc(5), field 22); undefined where there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
