import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../setup/terminal.mjs';

const RESTART_AFTER_MS = 2000;
const KILL_AFTER_MS = 8000;
/** Ended this soon after its start, a program is not coming up at all: say why instead of trying for ever. */
const STILLBORN_MS = 3000;

/** Starts programs, writes what they print to one log each, starts again what dies, and ends them all. */
export class Supervisor {
  #programs = new Map();
  #stopping = false;

  constructor(logs, say) {
    this.logs = logs;
    this.say = say;
    mkdirSync(logs, { recursive: true });
  }

  /** Starts a program; `command` is an argument array, never a shell line. */
  start(name, command, { env, cwd } = {}) {
    const program = {
      name,
      command,
      env,
      cwd,
      child: undefined,
      startedAt: 0,
      log: path.join(this.logs, `${name}.log`),
    };
    this.#programs.set(name, program);
    this.#spawn(program);
  }

  #spawn(program) {
    const out = createWriteStream(program.log, { flags: 'a' });
    program.startedAt = Date.now();
    // A group of its own, so that Ctrl-C reaches this process alone and the order of the end is ours.
    const child = spawn(program.command[0], program.command.slice(1), {
      cwd: program.cwd,
      env: { ...process.env, ...program.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    program.child = child;
    child.stdout.pipe(out);
    child.stderr.pipe(out);
    child.on('error', (err) => {
      program.failure = `${program.name} could not be started: ${err.message}`;
    });
    child.on('exit', (code, signal) => {
      program.child = undefined;
      if (this.#stopping) {
        return;
      }
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      // Whoever was killed may well come up again; whoever gave up by itself so soon will not.
      if (!signal && (code === 2 || Date.now() - program.startedAt < STILLBORN_MS)) {
        program.failure ??= `${program.name} ${how}. The end of ${program.log}:\n${tail(program.log)}`;
        return;
      }
      this.say(`${program.name} ${how}; starting it again`);
      program.timer = setTimeout(() => this.#spawn(program), RESTART_AFTER_MS);
    });
  }

  logOf(name) {
    return path.join(this.logs, `${name}.log`);
  }

  /** Throws when a program could not come up. */
  check() {
    for (const { failure } of this.#programs.values()) {
      if (failure) {
        throw new UserError(failure);
      }
    }
  }

  /** Ends everything, last started first, and waits until nothing is left. */
  async stop() {
    this.#stopping = true;
    const running = [...this.#programs.values()].reverse();
    running.forEach((program) => clearTimeout(program.timer));
    for (const { child } of running) {
      if (child?.pid) {
        await end(child);
      }
    }
  }
}

function end(child) {
  return new Promise((resolve) => {
    const group = (signal) => {
      try {
        process.kill(-child.pid, signal);
      } catch {
        // Gone already, which is what is wanted.
      }
    };
    const hard = setTimeout(() => group('SIGKILL'), KILL_AFTER_MS);
    child.once('exit', () => {
      clearTimeout(hard);
      group('SIGKILL');
      resolve();
    });
    group('SIGTERM');
    if (child.exitCode !== null || child.signalCode !== null) {
      clearTimeout(hard);
      resolve();
    }
  });
}

function tail(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-12).join('\n');
}
