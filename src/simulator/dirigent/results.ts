import { join } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import type { CalibrationContext } from '../../measurements/calibration.ts';
import { type ChipMap, mapsJson } from './maps.ts';
import type { ModuleUnderTest } from './moduleUnderTest.ts';

/** Writes `<calibration>.json`, the key numbers by module and chip (docs/results.md). It is written last: with it the results are whole. */
export async function writeSummary(
  context: CalibrationContext,
  calibration: string,
  started: Date,
  content: { settings: object; modules: Record<string, { chips: Record<string, object> }> },
): Promise<void> {
  const summary = {
    calibration,
    format: 1,
    simulated: true,
    started: started.toISOString(),
    finished: new Date().toISOString(),
    ...content,
  };
  await writeArtefact(context, `${calibration}.json`, `${JSON.stringify(summary, null, 2)}\n`);
  context.log.info(`Results are in ${calibration}.json.`);
}

/** What every chip contributes; a silent one says so. */
export function byChip(
  modules: readonly ModuleUnderTest[],
  describe: (module: string, chip: string) => object | undefined,
): Record<string, { chips: Record<string, object> }> {
  return Object.fromEntries(
    modules.map(({ index, chips }) => [
      index,
      {
        chips: Object.fromEntries(
          chips.map(({ id, answers }) => [id, { answers, ...(describe(index, id) ?? {}) }]),
        ),
      },
    ]),
  );
}

/** Module0_Chip12_<what> */
export function artefactName(module: string, chip: string, what: string): string {
  return `Module${module}_Chip${chip}_${what}`;
}

export async function writeMaps(
  context: CalibrationContext,
  name: string,
  maps: Readonly<Record<string, ChipMap>>,
): Promise<void> {
  await writeArtefact(context, name, mapsJson(maps));
}

export async function writeCsv(
  context: CalibrationContext,
  name: string,
  header: readonly string[],
  lines: readonly (readonly (string | number)[])[],
): Promise<void> {
  await writeArtefact(context, name, `${[header, ...lines].map((cells) => cells.join(',')).join('\n')}\n`);
}

async function writeArtefact({ directory }: CalibrationContext, name: string, text: string): Promise<void> {
  await writeFileAtomically(join(directory, name), text, 0o644);
}
