#!/usr/bin/env node
import { invocation, runProgram, type Program } from './command-line';
import { ExporterService } from './exporter-service';
import { obeySignals } from './lifecycle';
import { createLog } from './log';

const PROGRAM: Program = {
  name: 'isp-exporter',
  purpose: 'Pings and polls devices in the background and serves the newest values on /metrics.',
  web: 'exporter',
};

void runProgram(async () => {
  const call = invocation(PROGRAM, process.argv.slice(2), process.env);
  if (call.kind === 'text') {
    console.log(call.text);
    return;
  }
  if (call.kind === 'check') {
    console.log(
      `${call.config.file}: ${call.config.devices.length} devices, ${Object.keys(call.config.auths).length} auths, no problem found`
    );
    return;
  }
  const config = call.read();
  const log = createLog(PROGRAM.name, config.logLevel);
  const service = await ExporterService.start(config, call.read, log);
  log.info(`serving ${service.url}`);
  obeySignals(service, log);
});
