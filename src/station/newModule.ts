import { applyEdits, type JSONPath, modify } from 'jsonc-parser';
import { isObject } from './json.ts';
import type { SensorType } from './station.ts';

/** A module that comes onto the station, in the place of the one that modules.json has there. */
interface NewModule {
  /** The key in channels.json and modules.json: what is wired stays. */
  index: string;
  name: string;
  serialNumber: string;
  sensorType: SensorType;
}

/** Chip type → info and chips, as modules.json has it under the index. */
export type HybridEntry = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

interface PlacedModule {
  /** The new texts; everything that was not changed stands as it was written. */
  modulesJson: string;
  stationJson: string;
  /** The entry that made room, for the day when its module comes back. */
  replaced: HybridEntry;
}

/**
 * Puts a module into both files. Its entry is the one that was kept of it, or is made from the template that stands in
 * its place: the same kind of module on the same lanes, but without the trims and eFuse codes, which belong to other
 * chips (`get_module_info -r 1 -e 1` fills them in).
 */
export function placeModule(
  texts: Pick<PlacedModule, 'modulesJson' | 'stationJson'>,
  module: NewModule,
  kept?: HybridEntry,
): PlacedModule {
  const path = pathOf(JSON.parse(texts.modulesJson), module.index);
  const replaced = at(JSON.parse(texts.modulesJson), path) as HybridEntry;
  const settings = { serial_number: module.serialNumber, sensor_type: module.sensorType };
  return {
    modulesJson: change(texts.modulesJson, path, kept ?? fromTemplate(replaced, module.name)),
    stationJson: change(texts.stationJson, ['modules', module.name], settings),
    replaced,
  };
}

function fromTemplate(template: HybridEntry, name: string): HybridEntry {
  return Object.fromEntries(
    Object.entries(template).map(([chipType, parts]) => [
      chipType,
      Object.fromEntries(
        Object.entries(parts).map(([key, part]) => [
          key,
          key === 'info' ? { ...(part as object), module_name: name } : unprogrammed(part as object),
        ]),
      ),
    ]),
  );
}

function unprogrammed(chip: object): object {
  const { eFuseCode, Settings, ...rest } = chip as Record<string, unknown>;
  return rest;
}

/** `Hybrid`, or that of an `OpticalGroup`. */
function pathOf(root: unknown, index: string): JSONPath {
  const paths: JSONPath[] = [['Hybrid']];
  const groups = at(root, ['OpticalGroup']);
  if (isObject(groups)) paths.push(...Object.keys(groups).map((group) => ['OpticalGroup', group, 'Hybrid']));
  const found = paths.find((path) => at(root, [...path, index]) !== undefined);
  if (!found) throw new RangeError(`modules.json has no module ${index}`);
  return [...found, index];
}

function at(root: unknown, path: JSONPath): unknown {
  let value = root;
  for (const key of path) value = isObject(value) ? value[String(key)] : undefined;
  return value;
}

function change(text: string, path: JSONPath, value: unknown): string {
  const formattingOptions = { insertSpaces: true, tabSize: 2 };
  return applyEdits(text, modify(text, path, value, { formattingOptions }));
}
