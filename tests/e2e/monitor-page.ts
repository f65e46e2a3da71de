import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

const OUT = path.join(__dirname, 'out');

export function launch(executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'): Promise<Browser> {
  const quiet =
    '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
  return chromium.launch({ executablePath, args: quiet.split(' ') });
}

/** The Monitor page as a person reads it. */
export class MonitorPage {
  readonly errors: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', (err) => this.errors.push(err.message));
  }

  static async open(browser: Browser, url: string): Promise<MonitorPage> {
    const monitor = new MonitorPage(await browser.newPage({ viewport: { width: 1500, height: 900 } }));
    await monitor.page.goto(url);
    await monitor.page.locator('article').first().waitFor();
    return monitor;
  }

  /** The tile of a site in a state. */
  site(name: string, state: string): Locator {
    return this.page.locator(`article[aria-label="${name}: ${state}"]`);
  }

  /** The badge of an uplink in a state. */
  uplink(device: string, ifName: string, state: string): Locator {
    return this.page.locator(`a[title*="on ${device} ${ifName}: ${state}"]`);
  }

  /** Waits for what should be seen; gives back how long that took from `since` on, in ms. */
  async sees(what: Locator, since: number, withinMs: number): Promise<number> {
    await what.waitFor({ timeout: Math.max(1, since + withinMs - Date.now()) });
    return Date.now() - since;
  }

  /** Pictures in dark and light, at the widths of a wall and a phone. */
  async pictures(name: string): Promise<void> {
    mkdirSync(OUT, { recursive: true });
    const url = new URL(this.page.url());
    for (const theme of ['dark', 'light']) {
      for (const width of [1500, 400]) {
        url.searchParams.set('theme', theme);
        const page = await this.page
          .context()
          .browser()!
          .newPage({ viewport: { width, height: 900 } });
        await page.goto(url.toString());
        await page.locator('article, h1').first().waitFor();
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: path.join(OUT, `${name}-${theme}-${width}.png`) });
        await page.close();
      }
    }
  }
}
