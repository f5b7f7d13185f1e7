import { isObject, type Json, type JsonObject } from '../json.ts';
import type { TestRun } from '../model.ts';
import type { CalibrationMapping, Source, TestTypeMapping } from './testTypeMapping.ts';
import { baseUnit, conversion } from './unitConversion.ts';

/** What the database holds of one earlier run of a component: results that one run uploaded, or one result on its own. */
export interface EarlierRun {
  /** Id of the run; of results that no run of Baton uploaded, test type and run number. */
  run: string;
  /** ISO 8601 of its first result. */
  date: string;
  stage?: string;
  /** Of the sequence, where the results' comments tell it. */
  title?: string;
  /** Every result passed, one has problems, or neither. */
  verdict: 'PASS' | 'FAIL' | 'NONE';
  /** `calibration.measurement`, in the units that Baton measures in. */
  values: Record<string, { value: number; unit: string }>;
  /** In reverse bias, V and A. */
  iv?: { voltage: number[]; current: number[] };
}

/**
 * Results as they were before they became test runs: config/test-types.json read the other way round. What does not fit
 * it is left out; `chips` are the identifiers in the order in which their numbers were uploaded.
 */
export function earlierRuns(
  testRuns: readonly TestRun[],
  mapping: TestTypeMapping,
  chips: readonly string[],
): EarlierRun[] {
  const runs = new Map<string, EarlierRun>();
  for (const testRun of [...testRuns].sort((a, b) => (a.date < b.date ? -1 : 1))) {
    const found = Object.entries(mapping.calibrations).find(
      ([, { testType }]) => testType === testRun.testType,
    );
    if (!found) continue;
    const { runNumber, testType, date, passed, problems, component } = testRun;
    const name = runOf(runNumber) ?? `${testType} ${runNumber}`.trim();
    const verdict = passed ? 'PASS' : problems ? 'FAIL' : 'NONE';
    const run = runs.get(name) ?? { run: name, date, verdict, values: {} };
    runs.set(name, run);
    run.verdict = worse(run.verdict, verdict);
    if (component.stage !== undefined) run.stage = component.stage;
    const title = titleIn(testRun.comments);
    if (title !== undefined) run.title = title;
    addResults(run, found[0], found[1], testRun.results, chips);
  }
  return [...runs.values()];
}

/** `<run id>-<step>`, as Baton numbers its test runs. */
function runOf(runNumber: string): string | undefined {
  return /^(\d{8}T\d{6}Z_.+)-\d+$/.exec(runNumber)?.[1];
}

/** `<title> n/m` */
function titleIn(comments: readonly string[]): string | undefined {
  return comments.map((comment) => /^(.+) \d+\/\d+$/.exec(comment)?.[1]).find((title) => title !== undefined);
}

function worse(one: EarlierRun['verdict'], other: EarlierRun['verdict']): EarlierRun['verdict'] {
  return (['FAIL', 'NONE', 'PASS'] as const).find((verdict) => verdict === one || verdict === other)!;
}

function addResults(
  run: EarlierRun,
  calibration: string,
  { results }: CalibrationMapping,
  found: TestRun['results'],
  chips: readonly string[],
): void {
  const add = (name: string, value: Json | undefined, unit: string) => {
    const measured = inBaseUnit(value, unit);
    if (measured) run.values[`${calibration}.${name}`] = measured;
  };
  for (const [code, source] of Object.entries(results)) {
    const value = found[code];
    if (source.from === 'measurement') add(source.name, value, source.unit);
    if (source.from === 'chips' && Array.isArray(value))
      for (const [i, chip] of chips.entries()) add(`chip${chip}_${source.name}`, value[i], source.unit);
    if (source.from === 'compound' && isObject(value)) addCurve(run, calibration, source.parts, value);
  }
  const breakdown = Object.entries(results).find(([, { from }]) => from === 'breakdown');
  if (breakdown) addBreakdown(run, calibration, breakdown[1], found[breakdown[0]]);
}

/** None found counts as the voltage that was reached, as in a record. */
function addBreakdown(run: EarlierRun, calibration: string, source: Source, value: Json | undefined): void {
  if (source.from !== 'breakdown') return;
  const reached = run.values[`${calibration}.measured_to`];
  const strength =
    value === source.none
      ? reached && { ...reached, value: Math.abs(reached.value) }
      : inBaseUnit(value, source.unit);
  if (strength) run.values[`${calibration}.breakdown_voltage`] = strength;
}

/** A curve of current against voltage, and the temperature that it ended at. */
function addCurve(
  run: EarlierRun,
  calibration: string,
  parts: Readonly<Record<string, Source>>,
  value: JsonObject,
): void {
  const column = (name: string): number[] | undefined => {
    const part = Object.entries(parts).find(([, source]) => source.from === 'curve' && source.name === name);
    const numbers = part && value[part[0]];
    if (part?.[1].from !== 'curve' || !Array.isArray(numbers)) return undefined;
    const { unit } = part[1];
    return numbers.map((number) => inBaseUnit(number, unit)?.value ?? Number.NaN);
  };
  const temperature = column('temperature')?.filter(Number.isFinite).at(-1);
  if (temperature !== undefined) run.values[`${calibration}.temperature`] = { value: temperature, unit: 'C' };
  const [voltage, current] = [column('voltage'), column('current')];
  if (calibration !== 'iv_curve' || !voltage || voltage.length !== current?.length) return;
  // The database keeps magnitudes.
  run.iv = { voltage: voltage.map((volts) => -Math.abs(volts)), current: current.map((i) => -Math.abs(i)) };
}

function inBaseUnit(value: Json | undefined, unit: string): { value: number; unit: string } | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const base = baseUnit(unit);
  return { value: conversion(unit, base)!(value), unit: base };
}
