import { BatonError } from '../../base/errors.ts';
import { formatLimit } from '../../base/quantityText.ts';
import type { CatalogueEntry } from '../../calibrations/catalogue.ts';
import { MissingInstrument } from '../../calibrations/errors.ts';
import { driverOf } from '../../instruments/drivers/registry.ts';
import { resolveChannel } from '../../station/channelAddress.ts';
import type { PoweringGroup, Station } from '../../station/station.ts';
import type { SequenceElement } from '../step.ts';

/** What is wrong with the temperature, the compliance and the repetitions that an element asks for. */
export function stepLimits(
  { name, category, calibration }: CatalogueEntry,
  element: SequenceElement,
  { station, group }: { station: Station; group: PoweringGroup },
): BatonError[] {
  const { where, temperature, compliance, repeatOnBreakdown = 0 } = element;
  const problems: BatonError[] = [];
  const refuse = (code: string, what: string, remedy: string) =>
    problems.push(new BatonError({ code, where, what: `${name}: ${what}`, remedy }));
  if (temperature !== undefined)
    problems.push(...temperatureProblems(name, temperature, element, station, group));
  if (compliance !== undefined) {
    const own = group.hv && resolveChannel(station, group.hv).instrument;
    const biased = calibration.handOver.includes('hv') || category.before.includes('hv biased');
    if (!own || !biased)
      refuse(
        'E4015',
        'a compliance is given, and the step has no bias.',
        'Remove "compliance" from its args.',
      );
    else if (own.defaultCurrent !== undefined && compliance > own.defaultCurrent)
      refuse(
        'E4015',
        `the compliance of ${formatLimit(compliance, 'A')} is above that of the station, ${formatLimit(own.defaultCurrent, 'A')} ("${own.name}").`,
        'A step may lower it alone. Lower it, or correct default_current in instruments.json.',
      );
  }
  if (repeatOnBreakdown > 0 && !category.findsBreakdown)
    refuse(
      'E4016',
      'it is to be repeated on breakdown, and finds none.',
      'Only an IV shows a breakdown: remove "repeat_on_breakdown" from its args.',
    );
  return problems;
}

function temperatureProblems(
  name: string,
  temperature: number,
  { where, instruments: wanted = [] }: SequenceElement,
  { instruments }: Station,
  group: PoweringGroup,
): BatonError[] {
  const without = group.modules.filter(({ channels }) => !channels.cb);
  // A script that names cb among its instruments has been told.
  if (without.length > 0 && wanted.includes('cb')) return [];
  if (without.length > 0)
    return [
      new MissingInstrument({
        where,
        what: `${name} wants ${temperature} °C, and ${without.map((m) => `module ${m.index} (${m.name})`).join(', ')} has no channel for "cb".`,
        remedy:
          'Add a climate instrument to instruments.json and a "cb" channel for the module to channels.json.',
      }),
    ];
  const boxes = new Set(group.modules.flatMap(({ channels }) => channels.cb?.instrument ?? []));
  return [...boxes].flatMap((box) => {
    const className = instruments.get(box)?.class ?? '';
    const driver = driverOf(className);
    if (driver?.kind !== 'climate')
      return [
        new BatonError({
          code: 'E6201',
          where,
          what: `${name} wants ${temperature} °C, and Baton cannot set the temperature of "${box}" (${className}).`,
          remedy:
            'Use a class that Baton drives (PSIColdbox), or set it by hand and leave out "temperature".',
        }),
      ];
    const { from, to } = driver.range;
    if (temperature >= from && temperature <= to) return [];
    return [
      new BatonError({
        code: 'E6202',
        where,
        what: `${name} wants ${temperature} °C, and "${box}" goes from ${from} to ${to} °C.`,
        remedy: 'Choose a temperature within that.',
      }),
    ];
  });
}
