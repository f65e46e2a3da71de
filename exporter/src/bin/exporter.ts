#!/usr/bin/env node
import { ExporterService } from './exporter-service';
import { fitHeap } from './heap';
import { moduleCatalogue } from './module-catalogue';
import { runService } from './run-service';

fitHeap();

void runService(
  {
    name: 'isp-exporter',
    purpose: 'Pings and polls devices in the background and serves the newest values on /metrics.',
    web: 'exporter',
    check: (config) => void moduleCatalogue(config),
  },
  (...args) => ExporterService.start(...args)
);
