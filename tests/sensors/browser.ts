import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, describe } from 'vitest';

const program = process.env.BATON_CHROMIUM ?? '/usr/bin/chromium';
const there = existsSync(program);
if (!there && !process.env.CI)
  console.warn(
    `\n*** There is no Chromium at ${program}: the tests of the report in a browser do NOT run. ***\n`,
  );

/** Runs where Chromium is; without it it fails in CI and is left out, loudly, on a user's machine. */
export const describeInBrowser = describe.runIf(there || process.env.CI);

let browser: Browser | undefined;

/** A page without network. */
export async function openOffline(file: string) {
  browser ??= await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  const context = await browser.newContext({ offline: true, viewport: { width: 1500, height: 1000 } });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('request', (request) => !request.url().startsWith('file:') && problems.push(request.url()));
  const began = performance.now();
  await page.goto(`file://${file}`, { waitUntil: 'load' });
  // Until it has been painted.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return { page, problems, opened: performance.now() - began };
}

afterAll(async () => {
  await browser?.close();
  browser = undefined;
});
