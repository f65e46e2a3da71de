/**
 * Board of 1,000 sites and 10,000 devices in Chromium: computing and painting all tiles, as a ratio to a
 * plain table of the same texts. Run: npx tsx tests/bench/board/bench.ts (after npm run build -w grafana-plugin).
 * Prints one JSON line. Median of five; times depend on the machine, the ratio hardly does.
 */
import { chromium, type Page } from 'playwright-core';

const SITES = 1_000;
const DEVICES_PER_SITE = 10;
const RUNS = 5;

const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** ms until two frames have been painted after `act`. */
async function timed(page: Page, act: string): Promise<number> {
  return page.evaluate(`(async () => {
    const start = performance.now();
    ${act}
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    return performance.now() - start;
  })()`);
}

async function main(): Promise<void> {
  const host = '../../grafana-host';
  const { startHost } = await import(`${host}/host.mjs`);
  const { buildFleet } = await import(`${host}/fixtures/fleet.mjs`);
  const { startFakePrometheus } = await import(`${host}/fixtures/fake-prometheus.mjs`);
  const { CHROMIUM } = await import(`${host}/chromium.mjs`);
  const now = Math.floor(Date.now() / 1000);
  const prometheus = await startFakePrometheus(buildFleet({ sites: SITES, devicesPerSite: DEVICES_PER_SITE, now }));
  const board = await startHost({
    prometheusUrl: prometheus.url,
    pluginDist: `${__dirname}/../../../grafana-plugin/dist`,
    jsonData: { changeWatch: false, refreshSeconds: 3600 },
  });
  const browser = await chromium.launch(CHROMIUM);
  try {
    const page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
    const opened = Date.now();
    await page.goto(board.url);
    await page
      .locator('article')
      .nth(SITES - 1)
      .waitFor({ state: 'attached' });
    const firstMs = Date.now() - opened;
    const regions = page.getByRole('button', { name: 'Problems only' });
    const filterMs: number[] = [];
    const tableMs: number[] = [];
    // From a handful of tiles back to all of them: the state of every site is drawn, nothing is fetched.
    const toggle = `[...document.querySelectorAll('button')].find((b) => b.textContent === 'Problems only').click();`;
    await regions.waitFor();
    const rows = (await page.evaluate(
      `[...document.querySelectorAll('article')].map((a) => [...a.querySelectorAll('span')].map((s) => s.textContent))`
    )) as string[][];
    for (let run = 0; run < RUNS; run += 1) {
      await timed(page, toggle);
      filterMs.push(await timed(page, toggle));
    }
    const plain = await browser.newPage({ viewport: { width: 1500, height: 900 } });
    await plain.setContent('<table></table>');
    for (let run = 0; run < RUNS; run += 1) {
      await timed(plain, `document.querySelector('table').replaceChildren();`);
      const body = JSON.stringify(rows);
      tableMs.push(
        await timed(
          plain,
          `for (const row of ${body}) {
            const tr = document.createElement('tr');
            for (const text of row) { tr.append(Object.assign(document.createElement('td'), { textContent: text })); }
            document.querySelector('table').append(tr);
          }`
        )
      );
    }
    const result = {
      sites: SITES,
      devices: SITES * DEVICES_PER_SITE,
      firstMs,
      renderMs: Math.round(median(filterMs)),
      plainTableMs: Math.round(median(tableMs)),
      ratio: Number((median(filterMs) / median(tableMs)).toFixed(2)),
    };
    console.log(JSON.stringify(result));
  } finally {
    await browser.close();
    await board.stop();
    await prometheus.stop();
  }
}

void main();
