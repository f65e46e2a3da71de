import type { Browser } from 'playwright-core';
import { launch, MonitorPage } from './monitor-page';
import { scenario, startProduct, type Product } from './product';

/** One SNMP interval, and what may pass from the poll to the eye. */
const UPLINK_SHOWN_MS = 60_000 + 15_000;
const DEVICE_SHOWN_MS = 30_000;
/** Two and a half SNMP intervals without an answer, and what may pass from there to the eye. */
const SILENT_SHOWN_MS = 150_000 + 15_000;

let product: Product;
let browser: Browser;
let monitor: MonitorPage;
const took: Record<string, string> = {};

beforeAll(async () => {
  product = await startProduct(19_760);
  browser = await launch();
  monitor = await MonitorPage.open(browser, product.page);
});
afterAll(async () => {
  console.log(`seconds until shown: ${JSON.stringify(took)}`);
  await browser?.close();
  expect(await product?.stop()).toBe(0);
});

const note = (name: string, ms: number) => (took[name] = (ms / 1000).toFixed(1));

it('shows live uplinks of three sites soon after the start', async () => {
  note('npm start to ready', product.readyAfterMs);
  for (const site of ['Tbilisi', 'Batumi', 'Kutaisi']) {
    await monitor.sees(monitor.site(site, 'up'), Date.now(), 60_000);
  }
  expect(await monitor.page.locator('article').count()).toBe(3);
  await monitor.pictures('monitor-healthy');
});

it('asks exactly two questions a refresh', async () => {
  const queries = (await (await fetch(`${product.page}/host/queries`)).json()) as string[][];
  const refreshes = queries.filter((refIds) => refIds.includes('devices') || refIds.includes('uplinks'));
  expect(new Set(refreshes.map(String))).toEqual(new Set(['devices,uplinks']));
});

it('goes from a badge to its device page with state, round-trip time and traffic', async () => {
  const visitor = await MonitorPage.open(browser, product.page);
  await visitor.uplink('tbilisi-r1', 'Gi0/0/0', 'up').click();
  await visitor.page.getByRole('heading', { name: 'tbilisi-r1' }).waitFor();
  await visitor.page.getByRole('img', { name: 'Round-trip time' }).waitFor();
  await visitor.page.getByText('Gi0/0/0').first().waitFor();
  await visitor.pictures('device-healthy');
  expect(visitor.errors).toEqual([]);
  await visitor.page.close();
});

it('shows an uplink down, a device down and silent SNMP for what each is, in time', async () => {
  const since = Date.now();
  await scenario(product.simulator, { name: 'uplink-down', device: 'tbilisi-r1', interface: 'Gi0/0/0' });
  await scenario(product.simulator, { name: 'device-down', device: 'batumi-r1' });
  await scenario(product.simulator, { name: 'acl-drop', device: 'kutaisi-r1' });
  const silent = watchStates('kutaisi-r1');
  const device = await monitor.sees(
    monitor.page.locator('a[title*="on batumi-r1"][title*="does not answer"]'),
    since,
    DEVICE_SHOWN_MS
  );
  note('device-down', device);
  await monitor.site('Batumi', 'degraded').waitFor({ timeout: 1000 });

  note('uplink-down', await monitor.sees(monitor.uplink('tbilisi-r1', 'Gi0/0/0', 'down'), since, UPLINK_SHOWN_MS));
  await monitor.site('Tbilisi', 'degraded').waitFor({ timeout: 1000 });
  await monitor.uplink('tbilisi-r1', 'Gi0/0/1', 'up').waitFor({ timeout: 1000 });
  await monitor.pictures('monitor-faults');

  note('acl-drop', await monitor.sees(monitor.uplink('kutaisi-r1', 'ether1', 'unknown'), since, SILENT_SHOWN_MS));
  // The last answer holds while it is fresh; after that nothing is known, and at no time was it down.
  expect(await silent.stop()).toEqual(['up', 'unknown']);
  await monitor.pictures('monitor-silent');
});

it('shows all of it well again after the faults are mended', async () => {
  const since = Date.now();
  await fetch(`${product.simulator}/scenario`, { method: 'DELETE' });
  for (const site of ['Tbilisi', 'Batumi', 'Kutaisi']) {
    note(`${site} up again`, await monitor.sees(monitor.site(site, 'up'), since, UPLINK_SHOWN_MS));
  }
  expect(monitor.errors).toEqual([]);
});

/** The states that the uplinks of a device had, in the order of their coming, as the exporter tells them. */
function watchStates(device: string) {
  const seen: string[] = [];
  let watching = true;
  let failure: unknown;
  const done = (async () => {
    while (watching) {
      const text = await (await fetch(`${product.exporter}/metrics?collect[]=states`)).text();
      for (const line of text
        .split('\n')
        .filter((l) => l.startsWith('interface_state_since') && l.includes(`"${device}"`))) {
        const state = /state="(\w+)"/.exec(line)?.[1] as string;
        if (seen.at(-1) !== state) {
          seen.push(state);
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  })().catch((err: unknown) => (failure = err));
  return {
    stop: async () => {
      watching = false;
      await done;
      if (failure) {
        throw failure;
      }
      return seen;
    },
  };
}
