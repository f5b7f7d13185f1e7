import type { Problem } from '../base/errors.ts';
import type { EpochMs, Seconds } from '../base/units.ts';
import type { ItkdbClient } from './client/client.ts';
import { findComponent } from './commands/components.ts';
import type { Definitions } from './definitions/definitions.ts';
import { type MissingTest, missingTests } from './missingTests.ts';

/** What a run is about to do, as far as the database can say something to it. */
interface PlannedRun {
  serialNumber: string;
  /** Where the station is, by the database's code; undefined: not checked. */
  institution?: string | undefined;
  /** The stage that the operator means; undefined: whichever it is at. */
  stage?: string | undefined;
  /** Test types that the run will upload. */
  testTypes: readonly string[];
  /** How long the run will take. */
  duration: Seconds;
}

/** The database's part of the pre-flight. `problems` holds errors and warnings; everything else is for showing. */
interface ComponentCheck {
  serialNumber: string;
  exists: boolean;
  location?: string;
  stage?: string;
  type?: string;
  /** Tests that this stage still wants, this run's own included. */
  missing: readonly MissingTest[];
  /** When the token ends; a new one is got without asking when the codes are at hand. */
  tokenExpires?: EpochMs;
  problems: readonly Problem[];
}

/** Does the module exist, is it here, at this stage, what is still missing there, does the token outlive the run? */
export async function checkComponent(
  client: ItkdbClient,
  definitions: Definitions,
  run: PlannedRun,
  options: { codesAtHand: boolean; now?: EpochMs } = { codesAtHand: false },
): Promise<ComponentCheck> {
  const { serialNumber } = run;
  const problems: Problem[] = [];
  const { expires: tokenExpires } = await client.session.token();
  problems.push(...tokenProblems(tokenExpires, run, options.codesAtHand, options.now ?? Date.now()));
  const component = await findComponent(client, serialNumber);
  if (!component) {
    problems.push({
      code: 'E8020',
      what: `${client.name} has no component ${serialNumber}.`,
      remedy: 'Check the serial number, or register it with `baton itkdb register`.',
    });
    return { serialNumber, exists: false, missing: [], tokenExpires, problems };
  }
  const { currentLocation: location, currentStage: stage, type } = component;
  if (run.institution && location !== run.institution)
    problems.push({
      code: 'E8022',
      what: `${serialNumber} is at ${location} in the database; this station is at ${run.institution}.`,
      remedy: 'Have the shipment received in the database first: it takes no result from another place.',
    });
  if (run.stage && stage !== run.stage)
    problems.push({
      code: 'E8021',
      what: `${serialNumber} is at stage ${stage}, not at ${run.stage}.`,
      remedy: `Set it with \`baton itkdb stage ${serialNumber} ${run.stage}\`, or upload to the earlier stage.`,
    });
  const definition = await definitions.componentType(component.project, component.componentType);
  const missing = definition ? missingTests(component, definition, run.stage ?? stage) : [];
  const here = definition?.stages.find(({ code }) => code === (run.stage ?? stage))?.testTypes ?? [];
  for (const testType of run.testTypes)
    if (definition && !here.includes(testType))
      problems.push({
        code: 'E8021',
        what: `${testType} does not belong to stage ${run.stage ?? stage} of ${serialNumber}.`,
        remedy: 'Set the stage with `baton itkdb stage`, or its result stays in the queue.',
        severity: 'warning',
      });
  return {
    serialNumber,
    exists: true,
    location,
    ...(stage === undefined ? {} : { stage }),
    type,
    missing,
    tokenExpires,
    problems,
  };
}

function tokenProblems(expires: EpochMs, run: PlannedRun, codesAtHand: boolean, now: EpochMs): Problem[] {
  if (codesAtHand || expires > now + run.duration * 1000) return [];
  const minutes = Math.max(0, Math.floor((expires - now) / 60_000));
  return [
    {
      code: 'E8003',
      what: `The token ends in ${minutes} min, before the run does; the results will wait in the queue.`,
      remedy: 'Log in again with `baton itkdb login` before the run, or set ITKDB_ACCESS_CODE1 and 2.',
      severity: 'warning',
    },
  ];
}
