import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { whose } from '../../calibrations/category.ts';
import { readCurve } from '../../calibrations/ivResults.ts';
import { readTable } from '../../calibrations/table.ts';
import type {
  Curve,
  ModuleForUpload,
  RunForUpload,
  StepForUpload,
} from '../../itkdb/testRuns/runForUpload.ts';
import { damageOf } from '../../journal/damage.ts';
import type { ModuleRecord, RunRecord, StepRecord } from '../../journal/record.ts';
import { isSimulated } from '../../journal/simulated.ts';

/** A run's record, with the tables of its steps, as the database room takes it. */
export async function runForUpload(record: RunRecord, directory: string): Promise<RunForUpload> {
  const results = record.steps.some(hasResult);
  const told = [...record.problems, ...record.steps.flatMap(({ problems }) => problems)];
  return {
    runId: record.run,
    title: record.title,
    station: record.station.id,
    // In doubt it is simulated: such a record stays local (rule 11).
    simulated: isSimulated(record),
    operator: record.operator,
    software: `baton ${record.versions.baton}`,
    institution: record.station.institution,
    modules: await Promise.all(
      record.modules
        .filter(
          (module): module is ModuleRecord & { serialNumber: string } => module.serialNumber !== undefined,
        )
        .map((module) => moduleForUpload(record, module, directory)),
    ),
    // Other chips than modules.json has, and since then nobody who says which of them is right.
    ...(told.some(({ code }) => code === 'E4408' || code === 'E4407') ? { unconfirmed: true } : {}),
    unnumbered: record.modules
      .filter(({ serialNumber }) => serialNumber === undefined && results)
      .map(({ name }) => name),
  };
}

async function moduleForUpload(
  record: RunRecord,
  module: ModuleRecord & { serialNumber: string },
  directory: string,
): Promise<ModuleForUpload> {
  const steps = record.steps.filter(hasResult);
  return {
    serialNumber: module.serialNumber,
    steps: await Promise.all(steps.map((step) => stepForUpload(record, module, step, directory))),
  };
}

function hasResult({ state }: StepRecord): boolean {
  return state === 'completed' || state === 'failed';
}

async function stepForUpload(
  record: RunRecord,
  module: ModuleRecord,
  step: StepRecord,
  directory: string,
): Promise<StepForUpload> {
  const result = step.results.find((entry) => entry.module === module.index);
  const artefacts = step.artefacts.filter(({ path }) => isOf(path, module, record.modules));
  const own = artefacts.map(({ path }) => path);
  const damage = await damageOf(directory, artefacts);
  return {
    index: step.step,
    count: record.steps.length,
    calibration: step.calibration,
    verdict: step.state === 'completed' ? (result?.verdict ?? 'NONE') : 'ERROR',
    ended: step.ended ?? record.ended ?? record.started,
    ...(module.breakdownStep === step.step ? { breakdown: module.breakdown } : {}),
    measurements: Object.fromEntries(
      (result?.measurements ?? []).map(({ name, value, unit }) => [name, { value, unit }]),
    ),
    curves: damage ? {} : await curvesOf(step, own, directory),
    files: own.map((path) => ({ path: join(directory, path), title: basename(path) })),
    ...(damage ? { damage: damage.what } : {}),
  };
}

/** Of several modules in one run, a file that names another one is not this one's. */
function isOf(path: string, module: ModuleRecord, modules: readonly ModuleRecord[]): boolean {
  return whose(basename(path), module, { modules }) !== 'another';
}

/** The columns of the step's first table: `Current (A)` becomes `current` in A, `VIN` stays `VIN`, in V. */
async function curvesOf(
  step: StepRecord,
  artefacts: readonly string[],
  directory: string,
): Promise<Record<string, Curve>> {
  const file = artefacts.find((path) => path.endsWith('.csv'));
  const table = file && readTable(await readFile(join(directory, file), 'utf8'));
  if (!table) return {};
  const curves: Record<string, Curve> = {};
  for (const [index, header] of table.columns.entries()) {
    const [, words = header, unit] = /^(.*?)\s*[([](.+)[)\]]$/.exec(header) ?? [];
    const name = /[a-z]/.test(words) ? words.trim().toLowerCase() : words.trim();
    const values = table.rows.map((row) => (Number.isFinite(row[index]!) ? row[index]! : null));
    curves[name] ??= { values, unit: unit ?? (/^V/.test(name) ? 'V' : '') };
  }
  const points = step.category === 'ivcurve' ? readCurve(table) : undefined;
  if (points) {
    curves.voltage = { values: points.map(({ voltage }) => voltage), unit: 'V' };
    curves.current = { values: points.map(({ current }) => current), unit: 'A' };
  }
  return curves;
}
