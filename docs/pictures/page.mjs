// A part of a report as a picture for the README:
//   node docs/pictures/page.mjs PAGE.html docs/pictures/report.png 1280x1000 [light|dark] [selector]
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [page, picture, size = '1280x1000', colorScheme = 'light', selector = 'body'] = process.argv.slice(2);
const [width, height] = size.split('x').map(Number);

const browser = await chromium.launch({
  executablePath: process.env.BATON_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const context = await browser.newContext({ viewport: { width, height }, colorScheme, offline: true });
const tab = await context.newPage();
await tab.goto(pathToFileURL(resolve(page)).href);
const { top } = await tab.evaluate((one) => document.querySelector(one).getBoundingClientRect(), selector);
await tab.screenshot({
  path: picture,
  fullPage: true,
  clip: { x: 0, y: Math.max(0, top - (selector === 'body' ? 0 : 12)), width, height },
});
await browser.close();
