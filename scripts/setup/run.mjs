import { spawn } from 'node:child_process';
import { UserError } from './terminal.mjs';

/**
 * Runs a program to its end without a shell and gives back what it printed; a failure shows the end of its output.
 * `onLine` sees each line as it comes.
 */
export function run(command, args, { cwd, env, onLine, name = command } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let rest = '';
    const take = (chunk) => {
      output = (output + chunk).slice(-200_000);
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      lines.filter((line) => line.trim()).forEach((line) => onLine?.(line.trim()));
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (err) => reject(new UserError(`${name} could not be started: ${err.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) {
        resolve(output);
      } else {
        const how = signal ? `was ended by ${signal}` : `failed with exit code ${code}`;
        reject(new UserError(`${name} ${how}. The end of its output:\n${output.split('\n').slice(-25).join('\n')}`));
      }
    });
  });
}
