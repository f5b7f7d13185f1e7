import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Where there is none, on a user's machine, these tests say so and do nothing; the project's own runs must have one. */
export const hasChromium = existsSync(executablePath);
if (!hasChromium) {
  const what = `No Chromium at ${executablePath}: the reports are not looked at in a browser (set CHROMIUM).`;
  if (process.env.CI === 'true') throw new Error(what);
  console.warn(`\n*** ${what}\n`);
}

let browser: Browser | undefined;

/** One browser for the tests of a file. */
export function useChromium(): void {
  beforeAll(async () => {
    // Without a sandbox, because CI runs as root; the pages are our own and may reach nothing.
    if (hasChromium) browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => browser?.close());
}

export interface OpenedPage {
  page: Page;
  /** Everything that the page asked for, itself and its own pictures excepted. */
  requests: string[];
  /** Errors and warnings of its console, and exceptions. */
  complaints: string[];
}

export async function openReport(
  file: string,
  { width = 1280, dark = false }: { width?: number; dark?: boolean } = {},
): Promise<OpenedPage> {
  const page = await browser!.newPage({
    viewport: { width, height: 900 },
    colorScheme: dark ? 'dark' : 'light',
  });
  const requests: string[] = [];
  const complaints: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  await page.waitForFunction('document.documentElement.dataset.ready === "yes"');
  return { page, requests, complaints };
}
