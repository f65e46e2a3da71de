import type { ProbeStatus } from '../metrics/probe-series';
import type { State } from '../model/state';
import { html } from './html';
import { programPage, type PageLink } from './program-page';

export interface LandingFacts {
  version: string;
  /** How echoes are sent. */
  pingDescription: string;
  devices: Readonly<Record<State, number>>;
  probes: readonly Pick<ProbeStatus, 'success'>[];
  /** Series served now. */
  series: number;
  /** Null: ready; else why not yet. */
  notReady: string | null;
}

const LINKS: readonly PageLink[] = [
  ['/metrics', 'all metrics'],
  ['/metrics?collect[]=ping&collect[]=states', 'ping and states'],
  ['/metrics?collect[]=probes', 'probes'],
  ['/metrics?collect[]=interfaces&collect[]=device', 'SNMP'],
  ['/metrics?collect[]=inventory', 'what is known of devices and interfaces'],
  ['/metrics?collect[]=self', 'the exporter itself'],
  ['/status', 'devices, ages, states and reasons (JSON)'],
  ['/config', 'configuration without secrets'],
  ['/-/healthy', 'is the process alive'],
  ['/-/ready', 'is every device asked at least once'],
];

const STATE_WORDS: readonly [State, string][] = [
  ['up', 'up'],
  ['down', 'down'],
  ['unknown', 'unknown'],
  ['disabled', 'disabled'],
];

/** The exporter's page: what it watches now, and where everything is. */
export function landingPage(facts: LandingFacts): string {
  const total = STATE_WORDS.reduce((sum, [state]) => sum + facts.devices[state], 0);
  return programPage({
    program: 'isp-exporter',
    subtitle: `Ping and SNMP of the fleet as Prometheus metrics. Version ${facts.version}`,
    now: html`<section aria-label="Now">
      <dl class="figures">
        <div>
          <dt>devices</dt>
          <dd>${count(total)}</dd>
        </div>
        ${STATE_WORDS.map(
          ([state, word]) =>
            html`<div class="${state}">
              <dt><span class="dot" aria-hidden="true"></span>${word}</dt>
              <dd>${count(facts.devices[state])}</dd>
            </div>`
        )}
        <div>
          <dt>series</dt>
          <dd>${count(facts.series)}</dd>
        </div>
      </dl>
      <p>
        ${facts.notReady === null ? 'Ready.' : `Not ready: ${facts.notReady}.`}
        <span class="quiet">Pings by ${facts.pingDescription}.</span>
      </p>
      ${facts.probes.length === 0 ? '' : html`<p>${probesText(facts.probes)}</p>`}
    </section>`,
    links: LINKS,
  });
}

function probesText(probes: LandingFacts['probes']): string {
  const having = (success: boolean | null) => count(probes.filter((probe) => probe.success === success).length);
  return `Probes: ${having(true)} answer, ${having(false)} fail, ${having(null)} not known.`;
}

/** 12345 as 12,345. */
function count(n: number): string {
  return n.toLocaleString('en-US');
}
