import type { ComponentType } from '../model.ts';
import { parseSerialNumber } from '../serialNumber.ts';
import type { Definitions } from './definitions.ts';

/**
 * The component type that the letters of a serial number name: for checking while the component itself cannot be asked
 * for. Undefined where they name none, or more than one.
 */
export async function typeBySerialNumber(
  definitions: Definitions,
  serialNumber: string,
): Promise<ComponentType | undefined> {
  const number = parseSerialNumber(serialNumber);
  if (!number) return undefined;
  const { value: types } = await definitions.componentTypes(number.project);
  const named = types.filter((type) =>
    [
      type.serialNumberIdentifier,
      ...type.types.map(({ serialNumberIdentifier }) => serialNumberIdentifier),
    ].includes(number.identifier),
  );
  return named.length === 1 ? named[0] : undefined;
}
