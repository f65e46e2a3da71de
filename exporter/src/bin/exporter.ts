#!/usr/bin/env node
import { readClassifierFiles } from '../discovery/provider-catalogue';
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
    check: (config) => {
      moduleCatalogue(config);
      readClassifierFiles(config.discovery);
    },
  },
  (...args) => ExporterService.start(...args)
);
