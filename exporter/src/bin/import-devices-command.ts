import { readFileSync } from 'node:fs';
import { ReadableStream } from 'node:stream/web';
import { ApiError, type ApiClient } from './api-client';
import { EXIT_DONE, EXIT_WRONG_INPUT, UsageError } from './command-line';
import { ImportProgress, type ImportStage } from './import-progress';
import { findingLines, summaryLines, type ShownReport, type TableFinding } from './import-report';

export interface ImportQuery {
  format: string;
  mode: string | undefined;
  dry_run: boolean | undefined;
  unknown: string | undefined;
  auth: string | undefined;
}

const IMPORT = '/api/v1/devices/import';
const SLICE = 256 * 1024;
/** Answers that say that the table is wrong, or does not fit. */
const WRONG_TABLE = [400, 409, 413, 415, 422];

interface Problem {
  title: string;
  detail: string;
  status: number;
  report?: ShownReport;
  table_errors?: TableFinding[];
}
interface Step {
  progress?: { phase: ImportStage; done: number; total: number };
  report?: ShownReport;
  problem?: Problem;
}

/** Sends a table and prints what came of it: findings to stderr, the summary to stdout. Resolves with the exit code. */
export async function importDevices(client: ApiClient, file: string, query: ImportQuery): Promise<number> {
  const bytes = read(file);
  const progress = new ImportProgress(process.stderr);
  let last: Step;
  try {
    last = await send(client, bytes, query, progress);
  } catch (err) {
    if (!(err instanceof ApiError) || !WRONG_TABLE.includes(err.status ?? 0)) {
      throw err;
    }
    last = { problem: { title: '', detail: err.message, status: err.status as number } };
  } finally {
    progress.end();
  }
  const { report = last.problem?.report, problem } = last;
  if (report) {
    const findings = [...findingLines(file, report.errors, report.errors_total)];
    const warnings = findingLines(file, report.warnings).map((line) => `${line} (warning)`);
    [...findings, ...warnings].forEach((line) => console.error(line));
    summaryLines(file, report).forEach((line) => console.log(line));
    return report.failed > 0 ? EXIT_WRONG_INPUT : EXIT_DONE;
  }
  const lines = problem?.table_errors ? findingLines(file, problem.table_errors) : [`${file}: ${problem?.detail}`];
  lines.forEach((line) => console.error(line));
  return EXIT_WRONG_INPUT;
}

function read(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (err) {
    throw new UsageError(
      `${file} cannot be read (${(err as NodeJS.ErrnoException).code}); name a file, or - for standard input`
    );
  }
}

/** The last line of the answer. */
async function send(client: ApiClient, bytes: Buffer, query: ImportQuery, progress: ImportProgress): Promise<Step> {
  const what = `POST ${IMPORT}`;
  const response = await client.open('POST', IMPORT, {
    query: { ...query },
    body: watched(bytes, (sent) => progress.show('sending', sent, bytes.length)),
    headers: {
      'content-type': query.format === 'csv' ? 'text/csv' : 'application/json',
      accept: 'application/x-ndjson',
    },
  });
  let last: Step = {};
  try {
    for await (const line of linesOf(response.body as ReadableStream<Uint8Array>)) {
      last = JSON.parse(line) as Step;
      if (last.progress) {
        const { phase, done, total } = last.progress;
        progress.show(phase, done, total);
      }
    }
  } catch (err) {
    throw new ApiError(
      `${what}: the answer broke off; --dry-run tells what is still to be written`,
      undefined,
      undefined,
      { cause: err }
    );
  }
  if (!last.report && !last.problem) {
    throw new ApiError(`${what}: the answer ended too early; the log of the sidecar says why`);
  }
  return last;
}

/** The bytes in slices, telling how many were taken. */
const watched = (bytes: Buffer, tell: (sent: number) => void): ReadableStream<Uint8Array> => {
  let at = 0;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (at >= bytes.length) {
          controller.close();
          return;
        }
        controller.enqueue(bytes.subarray(at, at + SLICE));
        at = Math.min(at + SLICE, bytes.length);
        tell(at);
      },
    },
    { highWaterMark: 0 }
  );
};

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
