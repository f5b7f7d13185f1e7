import { calibration } from '../../measurements/calibration.ts';
import { wait } from '../../measurements/waiting.ts';
import { pixels, uint16Map } from './maps.ts';
import { type ChipUnderTest, program, withModules } from './moduleUnderTest.ts';
import { artefactName, byChip, writeMaps, writeSummary } from './results.ts';

/** The three runs: every pixel itself, the neighbours that a bump couples to it, and those that it does not. */
const runs = ['self', 'coupled', 'uncoupled'] as const;
type Run = (typeof runs)[number];

const injections = 100;
/** VCAL_HIGH 4000, VCAL_MED 100 in the large range: about 10 electrons a step. [Ph2_ACF, PixelAlive.md] */
const charge = 39_000;
const runTakes = 5;

/** Cuts on the hit rate, as the test GUI has them. [Ph2_ACF_GUI, commit 63cc098] */
const cuts = { alive: 0.5, coupled: 0.3, uncoupled: 0.2 };

const bumpStates = { 0: 'connected', 1: 'electrical', 2: 'suspicious', 3: 'disconnected' } as const;

export const crosstalkMethod = calibration({
  name: 'crosstalk_method',
  summary: 'Non-radiative open bump test.',
  about:
    'Finds bumps that do not connect their pixel to the sensor, by the crosstalk that misses there: three runs, normal, coupled and uncoupled injection. Needs LV and bias on.',
  roles: [],
  options: {},
  async run(context) {
    const started = new Date();
    await withModules(context, async (modules, modulesJson) => {
      await program(context, modules, modulesJson);
      const hits = new Map<ChipUnderTest, Partial<Record<Run, Uint16Array>>>();
      for (const [k, run] of runs.entries()) {
        context.log.progress(k + 1, runs.length, `PixelAlive, ${run === 'self' ? 'normal' : run} injection`);
        await wait(context, runTakes);
        for (const { chips } of modules)
          for (const chip of chips.filter(({ answers }) => answers)) {
            const answer = await chip.ask<{ hits: string }>('pixelAlive', {
              injection: run,
              charge,
              injections,
            });
            hits.set(chip, { ...hits.get(chip), [run]: uint16Map(answer.hits) });
          }
      }
      const written = new Map<string, object>();
      for (const { index, chips } of modules)
        for (const chip of chips) {
          const { self, coupled, uncoupled } = hits.get(chip) ?? {};
          if (!self || !coupled || !uncoupled) continue;
          const state = classify(self, coupled, uncoupled);
          const numbers = {
            pixels,
            electrical: count(state, 1),
            suspicious: count(state, 2),
            disconnected: count(state, 3),
          };
          context.log.info(
            `Module ${index} chip ${chip.id}: electrical = ${numbers.electrical}, suspicious = ${numbers.suspicious}, disconnected = ${numbers.disconnected}`,
          );
          const maps = artefactName(index, chip.id, 'crosstalk_maps.json');
          await writeMaps(context, maps, {
            state: { unit: 'class', legend: bumpStates, values: state },
            normal: { unit: `hits of ${injections}`, values: Uint8Array.from(self) },
            coupled: { unit: `hits of ${injections}`, values: Uint8Array.from(coupled) },
            uncoupled: { unit: `hits of ${injections}`, values: Uint8Array.from(uncoupled) },
          });
          written.set(`${index}/${chip.id}`, { ...numbers, maps });
        }
      await writeSummary(context, 'crosstalk_method', started, {
        settings: { charge, injections, cuts },
        modules: byChip(modules, (module, chip) => written.get(`${module}/${chip}`)),
      });
    });
  },
});

/** A pixel that lives and hears nothing of its neighbours has lost its bump. */
function classify(self: Uint16Array, coupled: Uint16Array, uncoupled: Uint16Array): Uint8Array {
  const state = new Uint8Array(self.length);
  for (let k = 0; k < self.length; k += 1) {
    if (self[k]! <= cuts.alive * injections) state[k] = 1;
    else if (coupled[k]! >= cuts.coupled * injections) state[k] = 0;
    else state[k] = uncoupled[k]! < cuts.uncoupled * injections ? 3 : 2;
  }
  return state;
}

function count(state: Uint8Array, which: number): number {
  return state.reduce((sum, one) => sum + (one === which ? 1 : 0), 0);
}
