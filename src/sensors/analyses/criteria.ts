import shipped from '../../../config/criteria/sensors-2023-07.json' with { type: 'json' };
import { BatonError, type Problem } from '../../base/errors.ts';

/** The constants of the analyses, from one dated file in which each names its source and meaning. */
export interface Criteria {
  name: string;
  date: string;
  air: {
    maximumHumidity_percent: number;
    referenceTemperature_K: number;
    activationEnergy_eV: number;
    elementaryCharge_C: number;
    boltzmann_J_per_K: number;
  };
  silicon: {
    elementaryCharge_C: number;
    vacuumPermittivity_F_per_m: number;
    relativePermittivity: number;
  };
  geometry: {
    area_m2: BySensorType;
    stripLength_mm: BySensorType;
    strips: BySensorType;
    channelsPerChip: number;
  };
  iv: {
    testVoltage_V: number;
    holdVoltage_V: number;
    maximumCurrent_nA_per_cm2: number;
    breakdownSlope: number;
    breakdownSlopeRise_V: number;
    maximumStep_V: number;
    maximumStepRatio: number;
    maximumRepeatDifference: number;
  };
  cv: {
    fitFrom_V: number;
    maximumCapacitance_pF: number;
    maximumResidual: number;
    minimumThickness_um: number;
    maximumDepletion_V: number;
    minimumReach_V: number;
  };
  stability: {
    minimumTime_h: number;
    startTime_h: number;
    maximumVariation: number;
    maximumHumidity_percent: number;
    maximumGap_h: number;
  };
  strip: {
    testFrequency_kHz: number;
    minimumCapacitance_pF_per_cm: number;
    maximumCapacitance_pF_per_cm: number;
    minimumResistance_MOhm: number;
    maximumResistance_MOhm: number;
    shortCurrent_nA: number;
    pinholeVoltage_V: number;
    seriesResistance_MOhm: number;
    resistanceTolerance_MOhm: number;
    maximumBadFraction_percent: number;
    maximumConsecutiveBad: number;
    probeCardNeedles: number;
    maximumCoincidences: number;
  };
  bow: {
    maximumBow_um: number;
    minimumPoints: number;
  };
  thickness: {
    minimum_um: number;
    maximum_um: number;
  };
}

/** A number by sensor type, or one for each of its segments from the first on. */
type BySensorType = Readonly<Record<string, number | readonly number[]>>;

/** A site's criteria: the shipped file's sections and constants, each with a value of the same kind and a source. */
export function readCriteria(content: unknown, file: string): Criteria {
  const problems: Problem[] = [];
  const complain = (what: string) =>
    problems.push({
      code: 'E9304',
      what,
      where: { file },
      remedy: 'Start from a copy of config/criteria/sensors-2023-07.json and change the values alone.',
    });
  const given = isObject(content) ? content : {};
  const criteria: Record<string, unknown> = { name: given.name, date: given.date };
  for (const field of ['name', 'date'])
    if (typeof given[field] !== 'string') complain(`"${field}" is missing or is no text.`);
  for (const [section, constants] of Object.entries(shipped)) {
    if (typeof constants === 'string') continue;
    const values: Record<string, unknown> = {};
    const own = isObject(given[section]) ? given[section] : {};
    for (const [name, { value }] of Object.entries(constants)) {
      const constant = own[name];
      if (!isObject(constant)) complain(`${section}.${name} is missing.`);
      else if (!sameKind(value, constant.value))
        complain(`${section}.${name} has no ${kindOf(value)} as its value.`);
      else if (typeof constant.source !== 'string') complain(`${section}.${name} names no source.`);
      else values[name] = constant.value;
    }
    for (const name of Object.keys(own))
      if (!(name in constants)) complain(`${section}.${name} is no constant of the analyses.`);
    criteria[section] = values;
  }
  if (problems.length > 0) throw new BatonError(problems);
  return criteria as unknown as Criteria;
}

/** What ships with Baton. */
export const shippedCriteria: Criteria = readCriteria(shipped, 'config/criteria/sensors-2023-07.json');

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sameKind(shippedValue: unknown, value: unknown): boolean {
  if (typeof shippedValue === 'number') return typeof value === 'number' && Number.isFinite(value);
  return isObject(value) && Object.values(value).every(isNumberOrList);
}

function isNumberOrList(value: unknown): boolean {
  return Array.isArray(value) ? value.every((one) => typeof one === 'number') : typeof value === 'number';
}

function kindOf(value: unknown): string {
  return typeof value === 'number' ? 'number' : 'table of numbers by sensor type';
}
