import type { Problem } from '../../base/errors.ts';
import type { Verdict } from '../../base/verdict.ts';
import { simulatedMark } from '../client/locality.ts';
import type { Json } from '../json.ts';
import type { TestRunDraft } from '../outbox/entry.ts';
import type { QueuedFile, QueuedTestRun } from '../outbox/newEntries.ts';
import type { ModuleForUpload, RunForUpload, StepForUpload } from './runForUpload.ts';
import type { CalibrationMapping, Source, TestTypeMapping } from './testTypeMapping.ts';
import { conversion } from './unitConversion.ts';

/** What a run has for the database. */
export interface RunDocuments {
  testRuns: readonly (OfStep & QueuedTestRun)[];
  /** Results of calibrations that no test type is meant for. */
  componentFiles: readonly (OfStep & { component: string; file: QueuedFile })[];
  /** What is not uploaded as a test run, and why; what is assumed. */
  notes: readonly Problem[];
}

interface OfStep {
  /** `2 calibrate_module`. */
  step: string;
  /** What the criteria say of the step. */
  verdict: Verdict;
}

/**
 * Every result of a finished run as a test run document: one a module and step, `<run id>-<step>` its run number,
 * `<title> n/m` its comment. The same record always gives the same documents.
 */
export function documentsOfRun(run: RunForUpload, mapping: TestTypeMapping): RunDocuments {
  const testRuns: RunDocuments['testRuns'][number][] = [];
  const componentFiles: RunDocuments['componentFiles'][number][] = [];
  const notes: Problem[] = run.unnumbered.map(unnumbered);
  if (run.unconfirmed) return { testRuns, componentFiles, notes: [...notes, unconfirmed(run)] };
  for (const module of run.modules)
    for (const step of module.steps) {
      const here = `${module.serialNumber}, step ${step.index} ${step.calibration}`;
      const ofStep: OfStep = { step: `${step.index} ${step.calibration}`, verdict: step.verdict };
      const calibration = mapping.calibrations[step.calibration];
      if (step.verdict === 'ERROR') {
        notes.push(
          note(
            'E8093',
            `${here}: it was not completed, so there is no result to upload.`,
            'Its files stay in the run directory.',
          ),
        );
      } else if (step.damage !== undefined) {
        notes.push(damaged(here, step.damage));
      } else if (calibration) {
        const { draft, problems, hold } = draftOf(run, module, step, calibration);
        const files = step.files.map((file) => queuedFile(run, step, file));
        testRuns.push({ ...ofStep, draft, files, ...(hold.length > 0 ? { hold } : {}) });
        notes.push(...problems.map((problem) => ({ ...problem, what: `${here}: ${problem.what}` })));
      } else {
        for (const file of step.files)
          componentFiles.push({
            ...ofStep,
            component: module.serialNumber,
            file: queuedFile(run, step, file),
          });
        if (!mapping.filesOnly.has(step.calibration))
          notes.push(
            note(
              'E8091',
              `${here}: config/test-types.json does not name it; its files are attached to the component.`,
              'Give it its test type there, or null if it has none.',
            ),
          );
      }
    }
  return { testRuns, componentFiles, notes };
}

/** `<title> n/m`: under it the results of one run stand together in the database. */
function positionComment(title: string, index: number, count: number): string {
  return `${title} ${index}/${count}`;
}

function draftOf(
  run: RunForUpload,
  module: ModuleForUpload,
  step: StepForUpload,
  calibration: CalibrationMapping,
): { draft: TestRunDraft; problems: Problem[]; hold: Problem[] } {
  const problems: Problem[] = [];
  const hold: Problem[] = [];
  const values = (sources: Readonly<Record<string, Source>>): Record<string, Json> => {
    const found: Record<string, Json> = {};
    for (const [code, source] of Object.entries(sources)) {
      const value = sourced(source, run, step, {
        complain: (what) =>
          problems.push(note('E8090', `${code}: ${what}`, 'Correct the unit in config/test-types.json.')),
        missing: (part) => hold.push(missing(part === '' ? code : `${code}.${part}`)),
      });
      if (value !== undefined) found[code] = value;
    }
    return found;
  };
  const judged = step.verdict === 'PASS' || step.verdict === 'FAIL';
  const draft: TestRunDraft = {
    component: module.serialNumber,
    testType: calibration.testType,
    ...(run.institution === undefined ? {} : { institution: run.institution }),
    runNumber: `${run.runId}-${step.index}`,
    date: new Date(step.ended).toISOString(),
    // Nothing but a judged, passing result is a pass (rule 10).
    passed: step.verdict === 'PASS',
    problems: step.verdict === 'FAIL',
    properties: values(calibration.properties),
    results: values(calibration.results),
    comments: [
      positionComment(run.title, step.index, step.count),
      ...(judged ? [] : ['Not judged: there are no criteria for it.']),
      ...(run.simulated ? [simulatedMark] : []),
    ],
  };
  return { draft, problems, hold };
}

interface Ear {
  complain(what: string): void;
  /** A value that the mapping requires was not measured; the part of a compound, or the whole. */
  missing(part: string): void;
}

/** Undefined: it was not measured, and is left out. */
function sourced(source: Source, run: RunForUpload, step: StepForUpload, ear: Ear): Json | undefined {
  const value = measured(source, run, step, ear);
  if (value === undefined && source.required) ear.missing('');
  return value;
}

function measured(source: Source, run: RunForUpload, step: StepForUpload, ear: Ear): Json | undefined {
  const converted = (value: number | null | undefined, from: string, to: string): number | undefined => {
    if (value === undefined || value === null || !Number.isFinite(value)) return undefined;
    const convert = conversion(from, to);
    if (!convert) ear.complain(`${from} does not convert to ${to}.`);
    return convert?.(value);
  };
  switch (source.from) {
    case 'measurement': {
      const { value, unit } = step.measurements[source.name] ?? { value: undefined, unit: '' };
      return signed(converted(value, unit, source.unit), source.absolute);
    }
    case 'chips': {
      const chips = chipNumbers(step, source.name);
      if (chips.length === 0) return undefined;
      return chips.map(({ value, unit }) => converted(value, unit, source.unit) ?? null);
    }
    case 'curve': {
      const curve = step.curves[source.name];
      const values = curve?.values.map(
        (value) => signed(converted(value, curve.unit, source.unit), source.absolute) ?? null,
      );
      // A column of nothing was not measured.
      if (values?.some((value) => value !== null)) return values;
      const each = source.orEach && step.measurements[source.orEach.name];
      const points = source.orEach && step.curves[source.orEach.like]?.values.length;
      const value = each && converted(each.value, each.unit, source.unit);
      return value === undefined || !points ? undefined : Array.from({ length: points }, () => value);
    }
    case 'breakdown': {
      if (step.breakdown?.found === 'none') return source.none;
      if (step.breakdown?.found !== 'at') return undefined;
      return signed(converted(step.breakdown.voltage, 'V', source.unit), true);
    }
    case 'run':
      return {
        title: run.title,
        operator: run.operator,
        station: run.station,
        run: run.runId,
        software: run.software,
        date: new Date(step.ended).toISOString(),
      }[source.name];
    case 'constant':
      return source.value;
    case 'compound': {
      const parts: Record<string, Json> = {};
      for (const [code, part] of Object.entries(source.parts)) {
        const value = sourced(part, run, step, {
          ...ear,
          missing: (inner) => ear.missing(inner === '' ? code : `${code}.${inner}`),
        });
        if (value !== undefined) parts[code] = value;
      }
      return Object.keys(parts).length === 0 ? undefined : parts;
    }
  }
}

/** `chip12_threshold_mean` of every chip, by its number. */
function chipNumbers(step: StepForUpload, name: string): { value: number | undefined; unit: string }[] {
  return Object.entries(step.measurements)
    .flatMap(([key, quantity]) => {
      const match = /^chip(\d+)_(.+)$/.exec(key);
      return match?.[2] === name ? [{ chip: Number(match[1]), quantity }] : [];
    })
    .sort((a, b) => a.chip - b.chip)
    .map(({ quantity }) => quantity);
}

function signed(value: number | undefined, absolute: boolean): number | undefined {
  return value !== undefined && absolute ? Math.abs(value) : value;
}

function queuedFile(
  run: RunForUpload,
  step: StepForUpload,
  file: { path: string; title: string },
): QueuedFile {
  return {
    path: file.path,
    title: file.title,
    description: `${run.runId}, step ${step.index} ${step.calibration}${run.simulated ? `. ${simulatedMark}` : ''}`,
  };
}

/** Results that are in no queue although they should be: a person must know it. */
export function isLeftOut({ code }: Problem): boolean {
  return code === 'E8095' || code === 'E8096' || code === 'E8097';
}

function unnumbered(name: string): Problem {
  return note(
    'E8095',
    `${name} had no serial number in station.json when it was measured, so NOTHING of it is uploaded.`,
    'Its results stay in the run directory; `baton itkdb attach` puts files to a component. Give the module its serial number before the next run.',
  );
}

/** Measured of one module and written under another: nothing is dearer to take back. */
function unconfirmed({ modules }: RunForUpload): Problem {
  const called = modules.map(({ serialNumber }) => serialNumber);
  return note(
    'E8097',
    `whether ${called.join(', ')} was measured is not known: the chips had other eFuse codes than modules.json, so NOTHING of the run is uploaded.`,
    `Look at the label. If it is right, \`baton runs resume${called.map((one) => ` --module ${one}`).join('')}\` goes on, and its results are uploaded then.`,
  );
}

/** The verdict was given for other bytes. */
function damaged(here: string, damage: string): Problem {
  return note(
    'E8096',
    `${here}: ${damage} since it was judged, so its result is NOT uploaded.`,
    'Put the file back as it was and upload the run again; else measure anew.',
  );
}

function missing(what: string): Problem {
  return {
    code: 'E8094',
    what: `${what} was not measured, and config/test-types.json requires it.`,
    remedy: '`baton queue retry` sends it without, if the database takes it so; else `baton queue drop`.',
  };
}

function note(code: string, what: string, remedy: string): Problem {
  return { code, what, remedy, severity: 'warning' };
}
