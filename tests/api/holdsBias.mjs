// A program that biases the module of a simulated station, says so, and then holds it, or fails: holdsBias.mjs STATION hold|fail
import { loadStation, poweringGroup, withInstruments } from 'baton';

const [folder, then] = process.argv.slice(2);
const { station } = await loadStation(folder);
const group = poweringGroup(station);
try {
  await withInstruments(station, group, async (cluster) => {
    const [lv] = group.lv;
    await cluster.writeLevel(lv, { voltage: 1.8, current: 3.7 });
    await cluster.switchOutput(lv, true);
    await cluster.writeLevel(group.hv, { current: 10e-6 });
    await cluster.switchOutput(group.hv, true);
    await cluster.ramp(group.hv, -20, { step: 5, delay: 1 });
    process.stdout.write('biased\n');
    if (then === 'fail') throw new Error('the measurement failed');
    await new Promise(() => setInterval(() => undefined, 1000));
  });
} catch (error) {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 3;
}
