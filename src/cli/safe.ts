import { BatonError, formatProblem } from '../base/errors.ts';
import { poweringGroups } from '../station/poweringGroup.ts';
import type { Module, Station } from '../station/station.ts';
import { command } from './command.ts';
import { type ConfigArguments, withConfig } from './options.ts';
import { reportAfterRun } from './running/reportAfterRun.ts';
import { bareStationOf } from './station/bareStation.ts';
import { endOwners } from './station/endOwners.ts';
import { liveStationOf } from './station/liveStation.ts';
import { makeSafeAndTell } from './station/makingSafe.ts';

interface SafeArguments extends ConfigArguments {
  station?: string | undefined;
}

/** Takes the station over and makes it safe, whatever state it is in. */
export default command<SafeArguments>({
  usage: 'safe',
  summary: 'stop what runs, ramp HV down and switch everything off, verified; works when nothing else does',
  build: (parser) =>
    withConfig(parser)
      .option('station', { type: 'string', describe: 'name of a station in config/stations, or a folder' })
      .example('$0 safe', 'HV to zero in steps, HV off, LV off, each read back')
      .example('$0 safe --station RUN/station', 'of a simulated run')
      .epilogue('Exit code 0: everything is verified as off. 5: it is not, and a person is needed.'),
  async run({ json, ...which }) {
    const { station, groups } = await reachable(which);
    const owners = await endOwners(station).catch(goOn);
    try {
      return await makeSafeAndTell(station, groups, json);
    } finally {
      owners?.lock?.release();
      if (owners?.ended !== undefined) await reportAfterRun(owners.ended);
    }
  },
});

/** Whatever is wrong with the owner before, the outputs come down all the same. */
function goOn(error: unknown): undefined {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
}

/** Station files that are not right do not keep anybody from safety: instruments.json alone will do. */
async function reachable(
  which: Pick<SafeArguments, 'config' | 'station'>,
): Promise<{ station: Station; groups: readonly (readonly Module[])[] }> {
  try {
    const station = await liveStationOf(which);
    return { station, groups: poweringGroups(station) };
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    const station = await bareStationOf(which);
    if (!station) throw new BatonError([...error.problems, nothingToReach], { exitCode: 5 });
    for (const problem of error.problems) process.stderr.write(`${formatProblem(problem)}\n`);
    process.stderr.write('Taking every hv and lv output of instruments.json instead.\n');
    return { station, groups: [station.modules] };
  }
}

const nothingToReach = {
  code: 'E3018',
  what: 'no instrument can be reached without its station files, so nothing was switched',
  remedy:
    'Bring the outputs down by hand: HV first, in steps of 5 V to 0 V, then its output off, then LV off. Or name a good folder with --config or --station.',
};
