import { mean as meanOf, standardDeviation } from 'simple-statistics';

/** The mean; of nothing, NaN. */
export function mean(values: Float64Array): number {
  return values.length === 0 ? Number.NaN : meanOf(asList(values));
}

/** The population's standard deviation; of nothing, NaN. */
export function deviation(values: Float64Array): number {
  return values.length === 0 ? Number.NaN : standardDeviation(asList(values));
}

/** The library only indexes and counts, which a typed array can as well; its types do not say so. */
function asList(values: Float64Array): number[] {
  return values as unknown as number[];
}
