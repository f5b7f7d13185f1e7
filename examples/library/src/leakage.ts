// The leakage current at some bias voltages, as CSV: node dist/leakage.js STATION
import { setTimeout as sleep } from 'node:timers/promises';
import { type Amperes, loadStation, poweringGroup, type Volts, withInstruments } from 'baton';

const [folder = 'config'] = process.argv.slice(2);
const voltages: Volts[] = [-5, -10, -15];

const { station } = await loadStation(folder);
const group = poweringGroup(station);
const { hv, lv } = group;
if (!hv) throw new Error(`${group.modules.map(({ name }) => name).join(', ')}: no hv channel`);
const supply = (at: string) => station.instruments.get(at.split(':')[0]!)!;

const measured = await withInstruments(station, group, async (cluster, unguarded) => {
  // LV before HV; the cluster refuses the other order.
  for (const at of lv) {
    const { defaultVoltage, defaultCurrent } = supply(at);
    await cluster.writeLevel(at, { voltage: defaultVoltage!, current: defaultCurrent! });
    await cluster.switchOutput(at, true);
  }
  await cluster.writeLevel(hv, { current: supply(hv).defaultCurrent! });
  await cluster.switchOutput(hv, true);

  const rows: { voltage: Volts; current: Amperes }[] = [];
  const { defaultStepSize: step, defaultDelay: delay } = supply(hv);
  for (const voltage of voltages) {
    const { end, reading } = await cluster.ramp(hv, voltage, { step, delay, signal: unguarded });
    if (end !== 'reached') throw new Error(`the ramp to ${voltage} V ended: ${reading.trip ?? end}`);
    await sleep(200);
    const [now] = await cluster.read(['hv']);
    if (now?.voltage === undefined || now.current === undefined)
      throw new Error(now?.problem ?? 'no reading');
    rows.push({ voltage: now.voltage, current: now.current });
  }
  return rows;
});

// HV is at zero and off, LV is off, and both were read back, before this line is reached.
console.log('voltage_V,current_A');
for (const { voltage, current } of measured) console.log(`${voltage},${current}`);
