#!/usr/bin/env node
import { readClassifierFiles } from '../discovery/provider-catalogue';
import { DiscoveryService } from './discovery-service';
import { runService } from './run-service';

void runService(
  {
    name: 'isp-discovery',
    purpose: 'Keeps the inventory: walks the devices, tells their uplinks, and serves the list of what to poll.',
    web: 'discovery',
    check: (config) => void readClassifierFiles(config.discovery),
  },
  (...args) => DiscoveryService.start(...args)
);
