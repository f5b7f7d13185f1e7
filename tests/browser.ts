import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, describe, test } from 'vitest';

const program = process.env.BATON_CHROMIUM ?? '/usr/bin/chromium';
const there = existsSync(program);
if (!there && !process.env.CI)
  console.warn(
    `\n*** There is no Chromium at ${program}: the tests of the reports in a browser do NOT run. ***\n`,
  );

/** Runs where Chromium is; without it it fails in CI and is left out, loudly, on a user's machine. */
export const describeInBrowser = describe.runIf(there || process.env.CI);
export const testInBrowser = test.runIf(there || process.env.CI);

let browser: Browser | undefined;

/** A page without network, and everything that it complained of or asked for. */
export async function openOffline(
  file: string,
  { width = 1500, dark = false }: { width?: number; dark?: boolean } = {},
) {
  browser ??= await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
  const context = await browser.newContext({
    offline: true,
    viewport: { width, height: 1000 },
    colorScheme: dark ? 'dark' : 'light',
  });
  const page = await context.newPage();
  const problems: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) problems.push(message.text());
  });
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  // A picture that the page carries in itself is no request.
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) problems.push(request.url());
  });
  const began = performance.now();
  await page.goto(url, { waitUntil: 'load' });
  // Until it has been painted.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  return { page, problems, opened: performance.now() - began };
}

afterAll(async () => {
  await browser?.close();
  browser = undefined;
});
