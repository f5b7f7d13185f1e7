import { BatonError, type Problem } from '../../base/errors.ts';
import type { Definitions } from '../../itkdb/definitions/definitions.ts';
import {
  type Answers,
  type Known,
  nextQuestion,
  noAnswers,
  type Question,
  takeAnswer,
} from '../../itkdb/registration/dialogue.ts';
import { type RegistrationResult, registerOnce, type Wanted } from '../../itkdb/registration/register.ts';
import type { Connection } from '../database/connection.ts';

export type AskedRegistration = Pick<Wanted, 'registration' | 'stage'>;

/**
 * Asks somebody.
 *
 * @param said what was wrong with the answer before, or worth knowing about it
 * @param first there is nothing to go back to
 */
type AskQuestion = (
  question: Question,
  said: readonly Problem[],
  first: boolean,
) => Promise<{ said: string } | 'back' | 'cancel'>;

/** The guided registration, whoever is asked and however; undefined when he does not want it in the end. */
export async function askRegistration(
  definitions: Definitions,
  given: Partial<Answers>,
  ask: AskQuestion,
): Promise<AskedRegistration | undefined> {
  const { value: institutions } = await definitions.institutions();
  let known: Known = { institutions, componentTypes: [] };
  const answers: Answers[] = [{ ...noAnswers, ...given }];
  let problems: readonly Problem[] = [];
  for (;;) {
    const next = nextQuestion(known, answers.at(-1)!);
    if ('declined' in next) return undefined;
    if ('done' in next) return next.done;
    if ('fetch' in next) {
      const componentTypes = (await definitions.componentTypes(next.fetch.project)).value;
      if (!componentTypes.some(({ code }) => code === next.fetch.componentType))
        throw noDefinition(next.fetch);
      known = { institutions, componentTypes };
      continue;
    }
    const answer = await ask(next.ask, problems, answers.length === 1);
    problems = [];
    if (answer === 'cancel') return undefined;
    if (answer === 'back') {
      if (answers.length > 1) answers.pop();
      continue;
    }
    const taken = takeAnswer(known, answers.at(-1)!, answer.said);
    if ('problems' in taken) problems = taken.problems;
    else {
      problems = taken.warnings;
      answers.push(taken.answers);
    }
  }
}

/** Registers it once, whatever happens, and reads back what the database holds. */
export async function sendRegistration(
  { client, definitions }: Connection,
  { registration, stage }: AskedRegistration,
): Promise<RegistrationResult> {
  const type = await definitions.componentType(registration.project, registration.componentType);
  const uniqueProperties = (type?.properties ?? [])
    .filter(({ unique, code }) => unique && code in registration.properties)
    .map(({ code }) => code);
  return registerOnce(client, { registration, stage, uniqueProperties });
}

/** What the database holds now, in lines. */
export function registrationText({ component, state }: RegistrationResult): string[] {
  if (!component) return ['It was not registered.'];
  const what = state === 'registered' ? 'Registered' : 'It was there already';
  const { serialNumber, code, componentType, type, currentLocation, currentStage, properties } = component;
  return [
    `${what}: the database holds ${serialNumber ?? code}, ${componentType} ${type}, at ${currentLocation}, stage ${currentStage}`,
    ...Object.entries(properties).map(([name, value]) => `  ${name} = ${JSON.stringify(value)}`),
  ];
}

function noDefinition({ project, componentType }: { project: string; componentType: string }): BatonError {
  return new BatonError({
    code: 'E8026',
    what: `The database does not describe component type ${componentType} of project ${project}.`,
    remedy: 'Refresh the definitions with `baton itkdb mirror`.',
  });
}
