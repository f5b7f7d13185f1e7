import { poweringGroup, poweringGroups } from '../../station/poweringGroup.ts';
import type { Module, Station } from '../../station/station.ts';

/** The powering group of the module that was chosen, or all of them. */
export function groupsOf(station: Station, module: string | undefined): readonly (readonly Module[])[] {
  return module === undefined ? poweringGroups(station) : [poweringGroup(station, module).modules];
}
