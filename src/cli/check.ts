import { join } from 'node:path';
import type { Problem } from '../base/errors.ts';
import { counted } from '../base/quantityText.ts';
import { catalogue } from '../calibrations/catalogue.ts';
import { type Criteria, loadCriteria } from '../calibrations/criteria.ts';
import { lastTest } from '../journal/interlockTests.ts';
import { checkItems } from '../scripts/checks/checkItems.ts';
import { checkSequenceScript } from '../scripts/loadSequenceScript.ts';
import type { SequenceScript } from '../scripts/script.ts';
import { listSequences, scriptPath } from '../scripts/sequenceFiles.ts';
import { isTravellerCode } from '../scripts/travellers/travellerCode.ts';
import { checkKeeper } from '../sequence/calibrating/keeper.ts';
import type { DirigentKnowledge } from '../sequence/dirigent/dirigentHelp.ts';
import { readingNames } from '../station/interlock.ts';
import { measurable, uncovered } from '../station/interlockChecks.ts';
import { poweringGroup } from '../station/poweringGroup.ts';
import type { Station } from '../station/station.ts';
import { command } from './command.ts';
import { checkDatabase, type PlannedScript } from './database/checkDatabase.ts';
import { type ModuleArguments, withModule, withSubstitutions } from './options.ts';
import { type Finding, problemsOf, showFindings } from './printing/findings.ts';
import { scriptCatalogue, sequenceOf, sequenceOn, substitutions } from './running/sequenceFile.ts';
import { lookAtDirigent } from './station/installedDirigent.ts';
import { isTwin, stationOf } from './station/stationFiles.ts';
import { tripsOfSupplies } from './station/tripsOfSupplies.ts';

interface CheckArguments extends ModuleArguments {
  sequence?: string;
  set?: string[];
}

export default command<CheckArguments>({
  usage: 'check [sequence]',
  summary: 'check station files, sequences, criteria, dirigent and the supplies’ own trips; switches nothing',
  build: (parser) =>
    withSubstitutions(withModule(parser))
      .positional('sequence', {
        type: 'string',
        describe: 'one sequence, by name, path or the code of a traveller; default: all of them',
      })
      .example('$0 check', 'everything, at once')
      .example('$0 check my.scr --set TargetThreshold=1200', 'one script with its substitutions'),
  async run(args) {
    const findings: Finding[] = [];
    const station = await checkStation(args, findings);
    const dirigent = station && (await lookAtDirigent(station, args.station));
    if (dirigent) findings.push(dirigent.finding);
    findings.push({ about: 'keeper of the calibrations', problems: await checkKeeper() });
    const criteria = await checkCriteria(args, findings);
    const planned = await checkSequences(args, station, dirigent?.knowledge, findings);
    if (station)
      findings.push(
        await interlocksOf(station),
        // With everything, and not where one sequence is asked for.
        ...(args.sequence === undefined ? [await tripsOfSupplies(station, args.station)] : []),
        await checkDatabase(args, station, args.sequence === undefined ? undefined : planned.at(0)),
        coverage(station, criteria),
      );
    return showFindings(findings, args.json) ? 0 : 2;
  },
});

async function checkStation(args: CheckArguments, findings: Finding[]): Promise<Station | undefined> {
  try {
    const { station, warnings } = await stationOf(args);
    findings.push({
      about: `station ${station.id}`,
      problems: warnings,
      notes: [
        `${counted(station.instruments.size, 'instrument')}, ${counted(station.modules.length, 'module')}`,
      ],
    });
    return station;
  } catch (error) {
    findings.push({ about: 'station', problems: problemsOf(error) });
    return undefined;
  }
}

async function checkCriteria(
  { config }: CheckArguments,
  findings: Finding[],
): Promise<ReadonlyMap<string, Criteria>> {
  try {
    const criteria = await loadCriteria(join(config, 'criteria'));
    const notes = [...criteria.values()].map(({ name, date }) => `${name} of ${date}`);
    findings.push({ about: 'criteria', problems: [], notes });
    return criteria;
  } catch (error) {
    findings.push({ about: 'criteria', problems: problemsOf(error) });
    return new Map();
  }
}

async function checkSequences(
  args: CheckArguments,
  station: Station | undefined,
  dirigent: DirigentKnowledge | undefined,
  findings: Finding[],
): Promise<PlannedScript[]> {
  const ready: PlannedScript[] = [];
  const names =
    args.sequence === undefined ? await listSequences(join(args.config, 'sequences')) : [args.sequence];
  for (const name of names) {
    const about = isTravellerCode(name) ? 'traveller' : `sequence ${name}`;
    try {
      const { script, problems, module, printed } = await readSequence({ ...args, sequence: name });
      const chosen = { ...args, ...(module === undefined ? {} : { module }) };
      const found = script && station ? planOn(chosen, station, dirigent, script) : { problems: [] };
      if (found.planned) ready.push(found.planned);
      findings.push({
        about,
        problems: [...problems, ...found.problems],
        ...(printed ? { notes: printed } : {}),
      });
    } catch (error) {
      findings.push({ about, problems: problemsOf(error) });
    }
  }
  return ready;
}

interface ReadSequence {
  /** As far as it could be read. */
  script?: SequenceScript | undefined;
  problems: readonly Problem[];
  /** Said by the traveller. */
  module?: string;
  /** What stands on the page. */
  printed?: string[];
}

/** A page is in order, or refused as a whole; of a script everything that is wrong is said. */
async function readSequence(args: CheckArguments & { sequence: string }): Promise<ReadSequence> {
  if (isTravellerCode(args.sequence)) {
    const { script, problems, module, set } = await sequenceOf(args);
    const values = Object.entries(set).map(([name, value]) => `${name}=${value}`);
    const printed = [script.name, ...(module === undefined ? [] : [`module ${module}`]), ...values];
    return { script, problems, printed, ...(module === undefined ? {} : { module }) };
  }
  const { script, problems } = await checkSequenceScript(await scriptPath(args.sequence, args.config), {
    set: substitutions(args.set ?? []),
    catalogue: scriptCatalogue,
  });
  return { script, problems: [...problems, ...(script ? await checkItems(script) : [])] };
}

/** Whether it could run here. Where all sequences are looked at, one that this station lacks instruments for is a warning. */
function planOn(
  { module, sequence, station: which }: CheckArguments,
  station: Station,
  dirigent: DirigentKnowledge | undefined,
  script: SequenceScript,
): { planned?: PlannedScript; problems: Problem[] } {
  const lenient = sequence === undefined;
  try {
    const group = poweringGroup(station, module);
    const { estimate } = sequenceOn({ station, twin: isTwin(which), group, dirigent }, script).plan();
    return { planned: { script, estimate }, problems: [] };
  } catch (error) {
    return {
      problems: problemsOf(error).map((problem) => (lenient ? { ...problem, severity: 'warning' } : problem)),
    };
  }
}

/** What is watched besides the supplies themselves, and whether anybody has shown that it acts. */
async function interlocksOf(station: Station): Promise<Finding> {
  const { interlocks } = station;
  const { told } = await lastTest(station);
  if (interlocks.length === 0)
    return { about: 'interlocks', problems: [], notes: ['none: no interlocks.json beside station.json'] };
  return { about: 'interlocks', problems: [], notes: [`${interlocks.length} of them`, told] };
}

/** What this station cannot watch or judge (rule 7): silence about it would read as safety. */
function coverage(station: Station, criteria: ReadonlyMap<string, Criteria>): Finding {
  const notes: string[] = [];
  const roles = new Set(station.modules.flatMap(({ channels }) => Object.keys(channels)));
  const measured = measurable(station);
  const unmeasured = readingNames.filter((name) => !measured.includes(name));
  if (unmeasured.length > 0) notes.push(`no instrument measures ${unmeasured.join(', ')}`);
  const unwatched = uncovered(station);
  if (unwatched.length > 0) notes.push(`no interlock watches ${unwatched.join(', ')}`);
  if (!roles.has('ab')) notes.push('probe-card voltages: no board (ab)');
  for (const module of station.modules) {
    if (!module.channels.hv)
      notes.push(`module ${module.index} (${module.name}): no hv, so its bias is neither set nor watched`);
    if (!module.channels.lv)
      notes.push(`module ${module.index} (${module.name}): no lv, so it counts as unpowered`);
  }
  const unjudged = [...catalogue.keys()].filter((name) => !criteria.has(name));
  if (unjudged.length > 0) notes.push(`no criteria, and so never a PASS: ${unjudged.join(', ')}`);
  return { about: 'not covered', problems: [], notes, aside: true };
}
