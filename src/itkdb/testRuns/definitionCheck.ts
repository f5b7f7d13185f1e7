import type { Place, Problem } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import type { Definitions } from '../definitions/definitions.ts';
import { type JsonObject, textOf } from '../json.ts';
import { checkTestRun } from './testRunCheck.ts';

/** Whose definitions a test run must fit. */
export interface DefinedAs {
  project: string;
  componentType: string;
}

/**
 * What the definitions of the database do not allow in a test run: none of it would be there afterwards. They are asked
 * for anew before anything is complained about, for what was kept may be a day old.
 */
export async function checkByDefinitions(
  document: JsonObject,
  { project, componentType }: DefinedAs,
  definitions: Definitions,
  where?: Place,
): Promise<Problem[]> {
  const problems = async (): Promise<Problem[]> => {
    const code = String(document.testType);
    const type = await definitions.testType(project, componentType, code);
    if (type) return checkTestRun(document, type, where);
    const known = (await definitions.testTypes(project, componentType)).value.map((one) => one.code);
    return [unknownCode(`test type ${code} for ${componentType}`, code, known, where)];
  };
  const found = await problems();
  return found.length > 0 && (await definitions.renew(project, componentType)) ? problems() : found;
}

/**
 * Institution and stage that a document names and the database does not have, or not for this test. `here`: where the
 * component is, which is an institution whatever the list says.
 */
export async function checkCodes(
  document: JsonObject,
  { project, componentType, here }: DefinedAs & { here?: string | undefined },
  definitions: Definitions,
  where?: Place,
): Promise<Problem[]> {
  const problems = async (): Promise<Problem[]> => [
    ...(await institutionProblems(textOf(document.institution), here, definitions, where)),
    ...(await stageProblems(document, { project, componentType }, definitions, where)),
  ];
  const found = await problems();
  return found.length > 0 && (await definitions.renew(project, componentType)) ? problems() : found;
}

async function institutionProblems(
  institution: string | undefined,
  here: string | undefined,
  definitions: Definitions,
  where: Place | undefined,
): Promise<Problem[]> {
  const known = (await definitions.institutions()).value.map(({ code }) => code);
  if (institution === undefined || institution === here || known.length === 0) return [];
  return known.includes(institution)
    ? []
    : [unknownCode(`institution ${institution}`, institution, known, where)];
}

async function stageProblems(
  document: JsonObject,
  { project, componentType }: DefinedAs,
  definitions: Definitions,
  where: Place | undefined,
): Promise<Problem[]> {
  const stages = (await definitions.componentType(project, componentType))?.stages ?? [];
  const code = textOf(document.stage);
  if (code === undefined || stages.length === 0) return [];
  const stage = stages.find((one) => one.code === code);
  const known = stages.map((one) => one.code);
  if (!stage) return [unknownCode(`stage ${code} for ${componentType}`, code, known, where)];
  const testType = String(document.testType);
  if (stage.testTypes.length === 0 || stage.testTypes.includes(testType)) return [];
  const others = stages.filter(({ testTypes }) => testTypes.includes(testType)).map((one) => one.code);
  return [
    {
      code: 'E8021',
      what: `The test type ${testType} does not belong to the stage ${code}.`,
      where,
      remedy: `It belongs to ${others.join(', ') || 'none'}.`,
    },
  ];
}

function unknownCode(what: string, code: string, known: readonly string[], where?: Place): Problem {
  const meant = nearest(code, known);
  const listed = `${known.slice(0, 20).join(', ')}${known.length > 20 ? ', …' : ''}`;
  return {
    code: 'E8026',
    what: `The database has no ${what}.`,
    where,
    remedy: meant ? `Did you mean ${meant}?` : `It has ${listed || 'none'}.`,
  };
}
