#!/usr/bin/env node
import { ExporterService } from './exporter-service';
import { runService } from './run-service';

void runService(
  {
    name: 'isp-exporter',
    purpose: 'Pings and polls devices in the background and serves the newest values on /metrics.',
    web: 'exporter',
  },
  (...args) => ExporterService.start(...args)
);
