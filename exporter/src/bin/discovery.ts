#!/usr/bin/env node
import { readClassifierFiles } from '../discovery/provider-catalogue';
import { accessRules } from './access-rules';
import { DiscoveryService } from './discovery-service';
import { runService } from './run-service';

void runService(
  {
    name: 'isp-discovery',
    purpose: 'Keeps the inventory: walks the devices, tells their uplinks, and serves the list of what to poll.',
    web: 'discovery',
    check: (config) => {
      readClassifierFiles(config.discovery);
      accessRules(config, config.discovery.listen.host, console);
    },
  },
  (...args) => DiscoveryService.start(...args)
);
