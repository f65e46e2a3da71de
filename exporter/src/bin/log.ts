import { pino, type Logger } from 'pino';

/** The log of a program: one JSON line an event on standard output, times in ISO 8601. Logged once, here at the edge. */
export function createLog(name: string, level: string): Logger {
  return pino({ name, level, base: { name }, timestamp: pino.stdTimeFunctions.isoTime });
}
