import type { Logger } from 'pino';
import type { Config } from '../config/config';
import { invocation, runProgram, type Program } from './command-line';
import { obeySignals, type Service } from './lifecycle';
import { createLog } from './log';

export type StartService = (config: Config, read: () => Config, log: Logger) => Promise<Service & { url: string }>;

/** The main function of a program that serves: command line, configuration, start, signals. */
export function runService(program: Program, start: StartService): Promise<void> {
  return runProgram(async () => {
    const call = invocation(program, process.argv.slice(2), process.env);
    if (call.kind === 'text') {
      console.log(call.text);
      return;
    }
    if (call.kind === 'check') {
      const { file, devices, auths } = call.config;
      program.check?.(call.config);
      console.log(`${file}: ${devices.length} devices, ${Object.keys(auths).length} auths, no problem found`);
      return;
    }
    const config = call.read();
    const log = createLog(program.name, config.logLevel);
    const service = await start(config, call.read, log);
    log.info(`serving ${service.url}`);
    obeySignals(service, log);
  });
}
