// Import and analysis of a tree, as a script does it.
import { judge, streamSensorTests } from '../../dist/sensors.js';

const began = performance.now();
let tests = 0;
for await (const result of streamSensorTests(process.argv[2]))
  if (!('reason' in result))
    for (const test of result) tests += judge(test).analysis.flags.length >= 0 ? 1 : 0;
const ms = performance.now() - began;
console.log(JSON.stringify({ ms, tests, peakMB: process.resourceUsage().maxRSS / 1024 }));
