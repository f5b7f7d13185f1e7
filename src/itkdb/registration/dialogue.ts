import type { Problem } from '../../base/errors.ts';
import type { Registration } from '../commands/components.ts';
import type { Json } from '../json.ts';
import type { ComponentType, FieldDefinition, Institution } from '../model.ts';
import {
  buildSerialNumber,
  checkSerialNumber,
  describeSerialNumber,
  parseSerialNumber,
} from '../serialNumber.ts';
import { readTyped } from './values.ts';

/** What the dialogue needs to know; all of it can come from disk. */
export interface Known {
  institutions: readonly Institution[];
  /** Of the project that was chosen; `fetch` says when they are needed. */
  componentTypes: readonly ComponentType[];
}

/** What has been said so far. A later answer depends on the earlier ones alone. */
export interface Answers {
  institution?: string;
  project?: string;
  componentType?: string;
  type?: string;
  subproject?: string;
  stage?: string;
  serialNumber?: string;
  properties: Readonly<Record<string, Json>>;
  /** Optional properties that were passed over. */
  skipped: readonly string[];
  comment?: string;
  confirmed?: boolean;
}

interface Choice {
  code: string;
  name: string;
}

export interface Question {
  /** Which answer it is for; a property as `property:CODE`. */
  field: string;
  text: string;
  /** What can be chosen, where it is a choice. */
  choices?: readonly Choice[];
  /** Taken for an empty answer. */
  default?: string;
  /** May be left empty. */
  optional?: boolean;
  /** Said below the question. */
  hint?: string;
}

/** The next question; or the component types of a project that must be fetched first; or the end. */
type Next =
  | { ask: Question }
  | { fetch: { project: string; componentType: string } }
  | { done: { registration: Registration; stage: string | undefined } }
  | { declined: true };

export const noAnswers: Answers = { properties: {}, skipped: [] };

/**
 * The guided registration as a function: of what was said, the next question. Answers are values, so going back is
 * taking those from before the last one.
 */
export function nextQuestion(known: Known, answers: Answers): Next {
  const institution = known.institutions.find(({ code }) => code === answers.institution);
  if (!institution)
    return choose('institution', 'Institution that registers it', entitled(known.institutions));
  const projects = institution.componentTypes.filter(({ types }) => types.length > 0);
  const project = projects.find((entry) => entry.project === answers.project);
  if (!project)
    return choose(
      'project',
      'Project',
      projects.map((entry) => ({ code: entry.project, name: entry.projectName })),
    );
  if (!project.types.some(({ code }) => code === answers.componentType))
    return choose('componentType', 'Component type', project.types);
  const definition = known.componentTypes.find(({ code }) => code === answers.componentType);
  if (!definition) return { fetch: { project: project.project, componentType: answers.componentType! } };
  const type = definition.types.find(({ code }) => code === answers.type);
  if (!type) return choose('type', 'Type', definition.types);
  const subprojects = type.subprojects.length > 0 ? type.subprojects : definition.subprojects;
  if (!subprojects.includes(answers.subproject ?? ''))
    return choose(
      'subproject',
      'Subproject',
      subprojects.map((code) => ({ code, name: '' })),
    );
  if (definition.stages.length > 0 && !definition.stages.some(({ code }) => code === answers.stage))
    return {
      ask: {
        field: 'stage',
        text: 'Stage at which it is',
        choices: definition.stages.map(({ code, name }) => ({ code, name })),
        default: definition.stages[0]!.code,
      },
    };
  const identifier = type.serialNumberIdentifier || definition.serialNumberIdentifier;
  if (wantsSerialNumber(definition) && answers.serialNumber === undefined)
    return {
      ask: {
        field: 'serialNumber',
        text: 'Serial number',
        hint: `20U${answers.subproject}${identifier} and 7 digits; the digits alone are enough`,
        ...(definition.serialNumberRequired ? {} : { optional: true }),
      },
    };
  const property = definition.properties.find(
    ({ code }) => !(code in answers.properties) && !answers.skipped.includes(code),
  );
  if (property) return { ask: propertyQuestion(property) };
  if (answers.comment === undefined) return { ask: { field: 'comment', text: 'Comment', optional: true } };
  const registration = registrationOf(answers as Required<Answers>);
  if (answers.confirmed === undefined)
    return {
      ask: {
        field: 'confirmed',
        text: 'Register it like this?',
        choices: [
          { code: 'yes', name: '' },
          { code: 'no', name: '' },
        ],
        hint: summary(registration, answers.stage),
      },
    };
  return answers.confirmed ? { done: { registration, stage: answers.stage } } : { declined: true };
}

/** Takes what was typed for the question that is open; or says what is wrong with it, and the question stays open. */
export function takeAnswer(
  known: Known,
  answers: Answers,
  typed: string,
): { answers: Answers; warnings: readonly Problem[] } | { problems: readonly Problem[] } {
  const next = nextQuestion(known, answers);
  if (!('ask' in next)) return { answers, warnings: [] };
  const { ask } = next;
  const text = typed.trim() === '' ? (ask.default ?? '') : typed.trim();
  if (ask.field === 'serialNumber') return takeSerialNumber(known, answers, text, ask);
  if (ask.field.startsWith('property:')) return takeProperty(known, answers, text, ask.field.slice(9));
  if (text === '' && !ask.optional) return refuse(ask, 'must be given');
  if (ask.field === 'comment') return ok({ ...answers, comment: text });
  const chosen = pick(ask.choices ?? [], text);
  if (!chosen) return refuse(ask, `"${text}" is none of the choices`);
  if (ask.field === 'confirmed') return ok({ ...answers, confirmed: chosen.code === 'yes' });
  return ok({ ...answers, [ask.field]: chosen.code });
}

function takeSerialNumber(known: Known, answers: Answers, text: string, ask: Question) {
  if (text === '') return ask.optional ? ok({ ...answers, serialNumber: '' }) : refuse(ask, 'must be given');
  const definition = known.componentTypes.find(({ code }) => code === answers.componentType);
  const type = definition?.types.find(({ code }) => code === answers.type);
  const identifier = type?.serialNumberIdentifier || definition?.serialNumberIdentifier || '';
  const subproject = answers.subproject ?? '';
  const number = /^\d{1,7}$/.test(text)
    ? buildSerialNumber(subproject, identifier, text)
    : text.toUpperCase();
  const problems = checkSerialNumber(number, { subproject, identifier });
  if (problems.some(({ severity }) => severity !== 'warning')) return { problems };
  return { answers: { ...answers, serialNumber: number }, warnings: problems };
}

function takeProperty(known: Known, answers: Answers, text: string, code: string) {
  const field = known.componentTypes
    .find((type) => type.code === answers.componentType)!
    .properties.find((entry) => entry.code === code)!;
  if (text === '')
    return field.required
      ? refuse({ field: code, text: field.name }, 'is required')
      : ok({ ...answers, skipped: [...answers.skipped, code] });
  const chosen = pick(valueChoices(field), text)?.code;
  const typed = readTyped(chosen ?? text, field);
  return 'problem' in typed
    ? { problems: [typed.problem] }
    : ok({ ...answers, properties: { ...answers.properties, [code]: typed.value } });
}

function propertyQuestion(field: FieldDefinition): Question {
  const choices = valueChoices(field);
  return {
    field: `property:${field.code}`,
    text: field.name || field.code,
    ...(choices.length > 0 ? { choices } : {}),
    ...(field.required ? {} : { optional: true }),
    hint: `${field.code}, ${field.dataType}${field.required ? '' : ', may be left empty'}${field.unique ? ', unique' : ''}`,
  };
}

/** Nothing for one that can be anything. */
function valueChoices({ dataType, codeTable }: FieldDefinition): Choice[] {
  if (dataType === 'boolean') return ['true', 'false'].map((code) => ({ code, name: '' }));
  return dataType === 'codeTable' ? codeTable.map(({ code, value }) => ({ code, name: value })) : [];
}

/** By code, by name, or by its number in the list as it is shown. A code wins over a number that looks like it. */
function pick(choices: readonly Choice[], text: string): Choice | undefined {
  const wanted = text.toLowerCase();
  return (
    choices.find(({ code }) => code.toLowerCase() === wanted) ??
    choices.find(({ name }) => name.toLowerCase() === wanted) ??
    (/^\d+$/.test(text) ? choices[Number(text) - 1] : undefined) ??
    (wanted !== '' && choices.filter(({ code }) => code.toLowerCase().startsWith(wanted)).length === 1
      ? choices.find(({ code }) => code.toLowerCase().startsWith(wanted))
      : undefined)
  );
}

function choose(field: string, text: string, choices: readonly Choice[]): Next {
  return { ask: { field, text, choices, ...(choices.length === 1 ? { default: choices[0]!.code } : {}) } };
}

function entitled(institutions: readonly Institution[]): Choice[] {
  return institutions.filter(({ componentTypes }) => componentTypes.some(({ types }) => types.length > 0));
}

function wantsSerialNumber(definition: ComponentType): boolean {
  return !definition.serialNumberAutomatic;
}

/** Passed-over properties are left out, never sent as null. */
function registrationOf(answers: Required<Answers>): Registration {
  return {
    project: answers.project,
    subproject: answers.subproject,
    institution: answers.institution,
    componentType: answers.componentType,
    type: answers.type,
    properties: answers.properties,
    ...(answers.serialNumber ? { serialNumber: answers.serialNumber } : {}),
    ...(answers.comment ? { comments: [answers.comment] } : {}),
  };
}

function summary(registration: Registration, stage: string | undefined): string {
  const number = registration.serialNumber && parseSerialNumber(registration.serialNumber);
  return [
    `${registration.componentType} ${registration.type} of ${registration.institution}, ${registration.subproject}`,
    ...(registration.serialNumber
      ? [`serial number ${registration.serialNumber}${number ? ` (${describeSerialNumber(number)})` : ''}`]
      : []),
    ...(stage ? [`stage ${stage}`] : []),
    ...Object.entries(registration.properties).map(([code, value]) => `${code} = ${JSON.stringify(value)}`),
    ...(registration.comments ?? []).map((comment) => `comment: ${comment}`),
  ].join('\n');
}

function ok(answers: Answers): { answers: Answers; warnings: readonly Problem[] } {
  return { answers, warnings: [] };
}

function refuse(ask: Pick<Question, 'field' | 'text'>, what: string): { problems: readonly Problem[] } {
  return {
    problems: [
      {
        code: 'E8081',
        what: `${ask.text}: ${what}.`,
        remedy: 'Answer again, or go back to the question before.',
      },
    ],
  };
}
