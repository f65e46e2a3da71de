import { html } from './html';
import { programPage, type PageLink } from './program-page';

const LINKS: readonly PageLink[] = [
  ['/api/v1/devices', 'devices'],
  ['/api/v1/interfaces?interface_type=isp', 'uplinks'],
  ['/api/v1/interfaces', 'all interfaces'],
  ['/api/v1/sites', 'sites'],
  ['/api/v1/discovery/runs', 'what the last discovery runs brought'],
  ['/targets', 'the list that exporters follow'],
  ['/sd/snmp', 'devices as targets of snmp_exporter'],
  ['/sd/ping', 'devices as targets of blackbox_exporter'],
  ['/api/v1/openapi.json', 'all of the API, as OpenAPI 3.1'],
  ['/metrics', 'the sidecar itself'],
  ['/-/healthy', 'is the process alive'],
  ['/-/ready', 'does the database answer'],
];

/** The sidecar's page. */
export function discoveryLandingPage(facts: { version: string; database: string; access: string }): string {
  return programPage({
    program: 'isp-discovery',
    subtitle: `Inventory of the fleet and its discovery. Version ${facts.version}, ${facts.database}`,
    now: html`<p>${facts.access}</p>`,
    links: LINKS,
  });
}
