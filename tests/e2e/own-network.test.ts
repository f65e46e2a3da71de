import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { launch, MonitorPage } from './monitor-page';
import { NetworkNamespace } from './network-namespace';
import { startProduct, type Product } from './product';

const ROOT = path.resolve(__dirname, '../..');
const COMMUNITY = 'own-network';
const CONTROL = 'http://127.0.0.1:29770';
const namespace = NetworkNamespace.create(`isp-monitor-${process.pid}`);
if (!namespace) {
  console.warn('Skipped: real pings that can be cut off need a network namespace, which only root may make here.');
}

/** `npm start -- --config FILE` over agents that only SNMP and ICMP sockets reach. */
(namespace ? describe : describe.skip)('a network of one’s own, pinged by the kernel', () => {
  let directory: string;
  let agents: ChildProcess;
  let product: Product;
  let browser: Browser;
  let monitor: MonitorPage;
  const took: Record<string, number> = {};

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'own-network-'));
    const [command, ...args] = [...namespace!.prefix, process.execPath, '--import', 'tsx', 'tests/simulator/main.ts'];
    agents = spawn(command as string, [...args, '--bundle', 'demo_small', '--listen', new URL(CONTROL).host], {
      cwd: ROOT,
      env: { ...process.env, SIMULATOR_COMMUNITY: COMMUNITY },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface(agents.stdout!), 'line');
    const config = path.join(directory, 'isp-monitor.yml');
    writeFileSync(
      config,
      `
bundle: ${path.join(ROOT, 'exporter/bundles/demo_small.json')}
auths: { demo: { community: "\${COMMUNITY}" } }
ping: { driver: socket }
`
    );
    product = await startProduct(20_760, { prefix: namespace!.prefix, args: ['--config', config], env: { COMMUNITY } });
    browser = await launch(namespace!.wrapper(path.join(directory, 'chromium'), '/usr/bin/chromium'));
    monitor = await MonitorPage.open(browser, product.page);
    for (const site of ['Tbilisi', 'Batumi', 'Kutaisi']) {
      await monitor.sees(monitor.site(site, 'up'), Date.now(), 90_000);
    }
  });
  afterAll(async () => {
    console.log(`ms until shown: ${JSON.stringify(took)}`);
    await browser?.close();
    await product?.stop();
    agents?.kill('SIGTERM');
    namespace?.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  it('shows an uplink that goes down within one SNMP interval and 15 s, its site degraded', async () => {
    const since = Date.now();
    await namespace!.post(`${CONTROL}/scenario`, { name: 'uplink-down', device: 'tbilisi-r1', interface: 'Gi0/0/1' });
    took['uplink'] = await monitor.sees(monitor.uplink('tbilisi-r1', 'Gi0/0/1', 'down'), since, 75_000);
    await monitor.site('Tbilisi', 'degraded').waitFor({ timeout: 1000 });
  });

  it('shows a device that stops answering within 30 s', async () => {
    const since = Date.now();
    await namespace!.post(`${CONTROL}/scenario`, { name: 'device-down', device: 'batumi-r1' });
    await namespace!.cutOff('127.1.2.1');
    took['device'] = await monitor.sees(
      monitor.page.locator('a[title*="on batumi-r1"][title*="does not answer"]'),
      since,
      30_000
    );
    await monitor.site('Batumi', 'degraded').waitFor({ timeout: 1000 });
  });

  it('shows a site without any uplink as isolated', async () => {
    const since = Date.now();
    await namespace!.post(`${CONTROL}/scenario`, { name: 'device-down', device: 'batumi-r2' });
    await namespace!.cutOff('127.1.2.2');
    took['site'] = await monitor.sees(monitor.site('Batumi', 'down'), since, 30_000);
    await monitor.pictures('monitor-isolated');
  });

  it('shows them up again', async () => {
    const since = Date.now();
    await namespace!.post(`${CONTROL}/scenario`, { name: 'healthy' });
    await namespace!.reconnect('127.1.2.1');
    await namespace!.reconnect('127.1.2.2');
    took['recovery'] = await monitor.sees(monitor.site('Batumi', 'up'), since, 75_000);
    expect(monitor.errors).toEqual([]);
  });
});
