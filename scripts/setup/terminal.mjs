// Progress on the terminal without a dependency: this runs before `npm ci` has brought any.
const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const tty = process.stdout.isTTY && !process.env.CI;

export const seconds = (ms) =>
  ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;

/**
 * Runs one step with a line of its own: a spinner and the elapsed time while it runs, ✔ or ✖ and the time it took at
 * the end. `work` gets a function that replaces the text behind the title.
 */
export async function step(title, work) {
  const start = Date.now();
  let detail = '';
  let frame = 0;
  const line = (mark) => `${mark} ${title}${detail ? ` – ${detail}` : ''} (${seconds(Date.now() - start)})`;
  const width = () => (process.stdout.columns ?? 120) - 1;
  const draw = () => process.stdout.write(`\r\x1b[2K${line(SPINNER[frame++ % SPINNER.length]).slice(0, width())}`);
  const timer = tty ? setInterval(draw, 100) : undefined;
  try {
    const result = await work((text) => {
      detail = text;
    });
    clearInterval(timer);
    process.stdout.write(`${tty ? '\r\x1b[2K' : ''}${line('✔')}\n`);
    return result;
  } catch (err) {
    clearInterval(timer);
    process.stdout.write(`${tty ? '\r\x1b[2K' : ''}${line('✖')}\n`);
    throw err;
  }
}

/** A failure that the user can mend: shown as it is, without a stack. */
export class UserError extends Error {}

/** Ends the process the way every script does: 2 for what the user can mend, 1 with the stack for our own fault. */
export function fail(err) {
  if (err instanceof UserError) {
    process.stderr.write(`${err.message}\n`);
    process.exit(err.exitCode ?? 1);
  }
  process.stderr.write(`${err?.stack ?? err}\n`);
  process.exit(1);
}
