// node tests/grafana-host/screenshots.mjs [names…]: pictures of every page in out/screenshots, to look at.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { OUT } from './build.mjs';
import { CHROMIUM } from './chromium.mjs';
import { buildFleet } from './fixtures/fleet.mjs';
import { startFakePrometheus } from './fixtures/fake-prometheus.mjs';
import { startHost } from './host.mjs';

const dist = fileURLToPath(new URL('../../grafana-plugin/dist', import.meta.url));
const folder = path.join(OUT, 'screenshots');
mkdirSync(folder, { recursive: true });
const now = Math.floor(Date.now() / 1000);
const fleets = {
  small: buildFleet({ sites: 8, now }),
  hundred: buildFleet({ sites: 100, now }),
  empty: { devices: [], uplinks: [] },
};
const SHOTS = [
  { name: 'small', fleet: 'small', path: '' },
  { name: 'hundred', fleet: 'hundred', path: '' },
  { name: 'filtered', fleet: 'hundred', path: '?q=.5.&problems=1' },
  { name: 'empty', fleet: 'empty', path: '' },
  { name: 'error', fleet: 'small', path: '', fail: { status: 502, message: 'connection refused' } },
  { name: 'stale', fleet: 'small', path: '', failLater: { status: 502, message: 'connection refused' } },
  { name: 'drawer', fleet: 'small', path: '', click: 'Devices of Tbilisi HQ' },
  { name: 'device', fleet: 'small', path: '/devices/d0-0' },
  { name: 'device-down', fleet: 'small', path: '/devices/d2-0' },
  { name: 'device-none', fleet: 'small', path: '/devices/nobody' },
  { name: 'config', fleet: 'small', absolute: '/plugins/ispmonitor-network-app' },
  { name: 'panel', fleet: 'small', absolute: '/panel/ispmonitor-uplinks-panel?options={"columns":2}' },
];

const wanted = process.argv.slice(2);
const prometheus = await startFakePrometheus(fleets.small);
const host = await startHost({ prometheusUrl: prometheus.url, pluginDist: dist });
const origin = new URL(host.url).origin;
const post = (what, body) => fetch(`${origin}/host/${what}`, { method: 'POST', body: JSON.stringify(body) });
const browser = await chromium.launch(CHROMIUM);
for (const width of [1500, 400]) {
  for (const theme of ['dark', 'light']) {
    const page = await browser.newPage({ viewport: { width, height: width === 400 ? 800 : 900 } });
    page.on(
      'console',
      (m) => ['error', 'warning'].includes(m.type()) && console.log(`[${m.type()}] ${m.text().slice(0, 300)}`)
    );
    page.on('pageerror', (error) => console.log(`[pageerror] ${error.stack}`));
    for (const shot of SHOTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
      prometheus.fleet = fleets[shot.fleet];
      await post('fail', shot.fail ?? {});
      const target = shot.absolute ? origin + shot.absolute : host.url + shot.path;
      await page.goto(target + (target.includes('?') ? '&' : '?') + `theme=${theme}`);
      await page
        .waitForSelector('article, h1, button, figure, [data-testid="feed-error"]', { timeout: 15_000 })
        .catch((error) => console.log(shot.name, error.message.split('\n')[0]));
      if (shot.failLater) {
        await post('fail', shot.failLater);
        await page.getByRole('button', { name: 'Refresh now' }).click();
        await page.getByTestId('feed-error').waitFor();
      }
      if (shot.click) {
        await page.getByTitle(shot.click).click();
      }
      await page.waitForTimeout(700); // animations of drawers end
      await page.screenshot({ path: path.join(folder, `${shot.name}-${width}-${theme}.png`) });
    }
    await page.close();
  }
}
await browser.close();
await host.stop();
await prometheus.stop();
console.log(folder);
