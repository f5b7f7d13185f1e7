// The whole report: import, analysis, page.
import { writeFileSync } from 'node:fs';
import { byBatch, judge, sensorReport, streamSensorTests } from '../../dist/sensors.js';

const [, , folder, page] = process.argv;
const began = performance.now();
const tests = [];
for await (const result of streamSensorTests(folder))
  if (!('reason' in result)) for (const test of result) tests.push(judge(test));
const html = sensorReport(byBatch(tests));
writeFileSync(page, html);
const ms = performance.now() - began;
console.log(
  JSON.stringify({ ms, MB: Buffer.byteLength(html) / 1e6, peakMB: process.resourceUsage().maxRSS / 1024 }),
);
