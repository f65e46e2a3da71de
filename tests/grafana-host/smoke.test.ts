import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const DIST = path.resolve(__dirname, '../../grafana-plugin/dist/plugin.json');
const ready = existsSync(CHROMIUM) && existsSync(DIST);
if (!ready) {
  console.warn(
    `Skipped: needs Chromium at ${CHROMIUM} and a built plugin at ${DIST} (npm run build -w grafana-plugin).`
  );
}

const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

(ready ? describe : describe.skip)('the built plugin in Chromium', () => {
  let host: ChildProcess;
  let browser: Browser;
  let page: Page;
  let url: string;
  let inventory: Server;
  const asked: Array<{ url?: string; authorization?: string }> = [];
  const errors: string[] = [];
  const post = (what: string, body: object) =>
    fetch(new URL(`/host/${what}`, url), { method: 'POST', body: JSON.stringify(body) });

  beforeAll(async () => {
    inventory = createServer((req, res) => {
      asked.push({ url: req.url, authorization: req.headers.authorization });
      res.setHeader('content-type', 'application/json').end('{"items":[]}');
    }).listen(0, '127.0.0.1');
    await once(inventory, 'listening');
    const env = {
      ...process.env,
      INVENTORY_URL: `http://127.0.0.1:${(inventory.address() as AddressInfo).port}`,
      INVENTORY_TOKEN: 'not-for-browsers',
    };
    host = spawn(process.execPath, [path.join(__dirname, 'fixtures/serve.mjs'), '100'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface(host.stdout!), 'line');
    ({ url } = JSON.parse(line as string));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS.split(' ') });
    page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
    page.on('pageerror', (error) => errors.push(error.message));
  });
  afterAll(async () => {
    await browser?.close();
    inventory?.close();
    host?.kill('SIGTERM');
  });

  it('shows a hundred sites from exactly two queries, worst first', async () => {
    await page.goto(url);
    await page.locator('article').first().waitFor();
    expect(await page.locator('article').count()).toBe(100);
    expect(await page.locator('article').first().getAttribute('aria-label')).toMatch(/: down$/);
    const queries = (await (await fetch(new URL('/host/queries', url))).json()) as string[][];
    expect(queries.filter((refIds) => refIds.includes('devices'))).toEqual([['devices', 'uplinks']]);
  });

  it('does not scroll sideways on a phone', async () => {
    await page.setViewportSize({ width: 400, height: 800 });
    const overflow = await page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
    expect(overflow).toBeLessThanOrEqual(0);
    await page.setViewportSize({ width: 1500, height: 900 });
  });

  it('can be worked by keyboard: a tile opens its devices, a device its page', async () => {
    await page.getByTitle('Devices of Tbilisi HQ, Tbilisi').focus();
    await page.keyboard.press('Enter');
    const device = page.getByRole('link', { name: 'tbilisi-hq-router0' });
    await device.waitFor();
    await device.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'tbilisi-hq-router0' }).waitFor();
    await page.getByRole('img', { name: 'Round-trip time' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/a/ispmonitor-network-app/devices/d0-0');
  });

  it('turns grey when queries fail and comes back', async () => {
    await page.goto(url);
    await page.locator('article').first().waitFor();
    await post('fail', { status: 502, message: 'made to fail' });
    await page.getByRole('button', { name: 'Refresh now' }).click();
    await page.getByText('made to fail').first().waitFor();
    expect(await page.locator('article[aria-label$=": up"]').count()).toBe(0);
    await post('fail', {});
    await page.getByRole('button', { name: 'Retry now' }).click();
    await page.locator('article[aria-label$=": up"]').first().waitFor();
  });

  it('loads the nested panel and its parts from the folder of the app', async () => {
    await page.goto(new URL('/panel/ispmonitor-uplinks-panel?options={"problemsOnly":true}', url).toString());
    await page.locator('article').first().waitFor();
    expect(await page.locator('article').count()).toBeLessThan(100);
  });

  it('reaches the inventory through the route with the token, and only in the role that the route asks for', async () => {
    const proxied = new URL('/api/plugin-proxy/ispmonitor-network-app/inventory/sites?limit=1', url);
    expect((await fetch(proxied)).status).toBe(200);
    expect(asked).toEqual([{ url: '/api/v1/sites?limit=1', authorization: 'Bearer not-for-browsers' }]);
    await post('role', { role: 'Viewer' });
    expect((await fetch(proxied, { method: 'POST' })).status).toBe(403);
    expect((await fetch(proxied, { method: 'DELETE' })).status).toBe(404);
    expect((await fetch(proxied)).status).toBe(200);
    expect(await (await fetch(new URL('/api/plugins/ispmonitor-network-app/settings', url))).text()).not.toContain(
      'not-for-browsers'
    );
  });

  it('met no error on the way', () => expect(errors).toEqual([]));
});
