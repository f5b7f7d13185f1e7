import type { Calibration, Category, CategoryName } from './category.ts';
import { general } from './general.ts';
import { ivcurve } from './ivcurve.ts';
import { openbumps } from './openbumps.ts';
import { sldo } from './sldo.ts';
import { tuning } from './tuning.ts';

/** Every category. A new one is a file beside these and a line here. */
export const categories: readonly Category[] = [general, ivcurve, sldo, tuning, openbumps];

/** A calibration with its category. */
export interface CatalogueEntry {
  name: string;
  category: Category;
  calibration: Calibration;
}

/** Every calibration that has a category: what has none is not run (`InvalidCalibration`). */
export const catalogue: ReadonlyMap<string, CatalogueEntry> = new Map(
  categories.flatMap((category) =>
    Object.entries(category.calibrations).map(
      ([name, calibration]) => [name, { name, category, calibration }] as const,
    ),
  ),
);

/** The names of a category’s calibrations; none for a category without any. */
export function calibrationsOf(category: CategoryName): readonly string[] {
  return Object.keys(categories.find(({ name }) => name === category)?.calibrations ?? {});
}
