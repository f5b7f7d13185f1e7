import type { SensorTest } from '../record.ts';
import type { Criteria } from './criteria.ts';

/** The active area in m²; with a flag if the type has none and the default stands in. */
export function sensorArea(test: SensorTest, { geometry }: Criteria): { area_m2: number; flag?: string } {
  const areas = geometry.area_m2;
  const own = test.sensorType === undefined ? undefined : ownNumber(areas, test.sensorType);
  if (own !== undefined) return { area_m2: own };
  const area = ownNumber(areas, 'Unknown')!;
  const type = test.sensorType ?? 'None';
  return { area_m2: area, flag: `Could not find area for type ${type}. Using default area: ${area} m^2` };
}

/** The length of the strips of the test's segment in cm. */
export function stripLength(test: SensorTest, { geometry }: Criteria): { length_cm: number; flag?: string } {
  const lengths = geometry.stripLength_mm;
  const own = test.sensorType === undefined ? undefined : ownNumber(lengths, test.sensorType, test.segment);
  if (own !== undefined) return { length_cm: own / 10 };
  const length = ownNumber(lengths, 'Unknown')!;
  const flag = `Cannot find strip length for (${test.sensorType ?? 'None'}, ${test.segment ?? 'None'}), using default striplength: ${length / 1000} m`;
  return { length_cm: length / 10, flag };
}

/** How many strips a segment has, where the type's number is known. */
export function stripCount(test: SensorTest, { geometry }: Criteria): number | undefined {
  return test.sensorType === undefined
    ? undefined
    : ownNumber(geometry.strips, test.sensorType, test.segment);
}

/** The number of a type, or of one of its segments, which count from 1. */
function ownNumber(
  table: Readonly<Record<string, number | readonly number[]>>,
  type: string,
  segment?: number,
): number | undefined {
  const entry = Object.hasOwn(table, type) ? table[type] : undefined;
  return typeof entry === 'object' ? entry[(segment ?? 0) - 1] : entry;
}
