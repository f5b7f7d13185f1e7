import type { Protection } from '../../instruments/instrument.ts';
import { readProtections, unprotected } from '../../instruments/protections.ts';
import type { Station } from '../../station/station.ts';
import { formatAmperes, formatVolts } from '../../terminal/numbers.ts';
import { type Finding, problemsOf } from '../printing/findings.ts';
import { ownStation } from './ownStation.ts';
import { isShipped } from './shippedFiles.ts';
import { isTwin } from './stationFiles.ts';

/** What the supplies would do by themselves in a power cut, read from those that can be reached now. */
export async function tripsOfSupplies(station: Station, which: string | undefined): Promise<Finding> {
  const about = 'trips of the supplies';
  const notRead = (why: string): Finding => ({ about, problems: [], notes: [`not read: ${why}`] });
  if (isTwin(which)) return notRead('the simulated ones come with a run');
  if (isShipped(station.directory)) return notRead('these station files are an example');
  try {
    const lock = await ownStation(station, 'baton check');
    try {
      const outputs = await readProtections(station);
      return {
        about,
        problems: outputs.flatMap((output) => unprotected(station, output) ?? []),
        notes: outputs.map(
          ({ at, protections, problem }) =>
            `${at}: ${problem === undefined ? told(protections) : `not read: ${problem}`}`,
        ),
      };
    } finally {
      lock.pass();
    }
  } catch (error) {
    // Somebody works there, and is not disturbed.
    return notRead(
      problemsOf(error)
        .map(({ what }) => what)
        .join('; '),
    );
  }
}

function told(protections: readonly Protection[]): string {
  const each = protections.map(({ kind, at }) => {
    if (at === undefined) return `${kind} off`;
    return `${kind} ${kind === 'over-voltage' ? formatVolts(at) : formatAmperes(at)}`;
  });
  return each.join(', ') || 'this class has none that can be read';
}
