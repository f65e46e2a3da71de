#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { ExporterService } from './exporter-service';
import { moduleCatalogue } from './module-catalogue';
import { runService } from './run-service';

// Left alone, V8 lets the heap grow to twice what is in use before it cleans up: with ten thousand devices that is 200 MB
// of nothing, and most of what is there stays for ever.
setFlagsFromString('--heap-growing-percent=30');

void runService(
  {
    name: 'isp-exporter',
    purpose: 'Pings and polls devices in the background and serves the newest values on /metrics.',
    web: 'exporter',
    check: (config) => void moduleCatalogue(config),
  },
  (...args) => ExporterService.start(...args)
);
