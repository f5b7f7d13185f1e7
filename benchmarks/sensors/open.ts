// The report in a browser without network, until it has been painted; the best of some tries.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const executablePath = process.env.BATON_CHROMIUM ?? '/usr/bin/chromium';
const tries = 3;

/** Milliseconds; undefined where there is no Chromium. */
export async function opening(page: string): Promise<number | undefined> {
  if (!existsSync(executablePath)) return undefined;
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const times = [];
    for (let i = 0; i < tries; i += 1) {
      const context = await browser.newContext({ offline: true, viewport: { width: 1500, height: 1000 } });
      const tab = await context.newPage();
      const began = performance.now();
      await tab.goto(pathToFileURL(page).href, { waitUntil: 'load' });
      await tab.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
      times.push(performance.now() - began);
      await context.close();
    }
    return Math.min(...times);
  } finally {
    await browser.close();
  }
}
