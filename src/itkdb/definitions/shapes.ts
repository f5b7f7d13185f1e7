import { codeOf, type Json, type JsonObject, listOf, objectOf, objectsOf, textOf } from '../json.ts';
import type {
  Attachment,
  Component,
  ComponentType,
  FieldDefinition,
  Institution,
  ListedTestRun,
  TestRun,
  TestType,
  User,
  UserRole,
} from '../model.ts';

/**
 * The database's answers as Baton's model. Every list may be null, every reference a code or an object, and parents
 * have changed their shape between 2019 and 2024: all of that ends here.
 */
export function componentOf(answer: JsonObject): Component {
  const raw = 'component' in answer ? objectOf(answer.component) : answer;
  return {
    id: textOf(raw.id) ?? '',
    code: textOf(raw.code) ?? '',
    serialNumber: textOf(raw.serialNumber),
    alternativeIdentifier: textOf(raw.alternativeIdentifier),
    state: textOf(raw.state) ?? 'ready',
    project: codeOf(raw.project) ?? '',
    subproject: codeOf(raw.subproject) ?? '',
    componentType: codeOf(raw.componentType) ?? '',
    type: codeOf(raw.type) ?? '',
    institution: codeOf(raw.institution) ?? '',
    currentLocation: codeOf(raw.currentLocation) ?? '',
    currentStage: codeOf(raw.currentStage),
    stages: objectsOf(raw.stages).map((stage) => ({
      code: textOf(stage.code) ?? '',
      dateTime: textOf(stage.dateTime) ?? '',
    })),
    properties: valuesOf(raw.properties),
    comments: objectsOf(raw.comments).map((entry) => ({
      code: textOf(entry.code) ?? '',
      comment: textOf(entry.comment) ?? '',
      dateTime: textOf(entry.dateTime) ?? '',
    })),
    attachments: objectsOf(raw.attachments).map(attachmentOf),
    parents: objectsOf(raw.parents).map(relativeOf),
    children: objectsOf(raw.children).map(relativeOf),
    tests: objectsOf(raw.tests).map((test) => ({
      testType: textOf(test.code) ?? '',
      runs: objectsOf(test.testRuns)
        .map((run) => listedTestRunOf({ testType: test.code, ...run }))
        .filter(({ state }) => state === 'ready'),
    })),
    revision: numberOf(objectOf(raw.sys).rev) ?? 0,
    raw,
  };
}

function relativeOf(entry: JsonObject): { componentType: string; serialNumber: string | undefined } {
  const component = objectOf(entry.component);
  return {
    componentType: codeOf(entry.componentType) ?? codeOf(component.componentType) ?? '',
    serialNumber: textOf(entry.serialNumber) ?? textOf(component.serialNumber),
  };
}

export function attachmentOf(entry: JsonObject): Attachment {
  return {
    code: textOf(entry.code) ?? '',
    title: textOf(entry.title) ?? textOf(entry.name) ?? '',
    description: textOf(entry.description) ?? '',
    type: textOf(entry.type) ?? 'file',
    filename: textOf(entry.filename),
  };
}

export function listedTestRunOf(entry: JsonObject): ListedTestRun {
  return {
    id: textOf(entry.id) ?? '',
    runNumber: textOf(entry.runNumber) ?? '',
    state: textOf(entry.state) ?? 'ready',
    passed: entry.passed === true,
    problems: entry.problems === true,
    date: textOf(entry.date) ?? '',
    testType: codeOf(entry.testType) ?? '',
    created: textOf(entry.cts) ?? '',
  };
}

export function testRunOf(answer: JsonObject): TestRun {
  const raw = 'testRun' in answer ? objectOf(answer.testRun) : answer;
  const component = objectsOf(raw.components)[0] ?? {};
  return {
    ...listedTestRunOf(raw),
    institution: codeOf(raw.institution) ?? '',
    component: {
      code: textOf(component.code) ?? '',
      serialNumber: textOf(component.serialNumber),
      stage: codeOf(component.testedAtStage),
    },
    properties: valuesOf(raw.properties),
    results: valuesOf(raw.results),
    comments: listOf(raw.comments).flatMap((entry) => {
      const text = textOf(entry) ?? textOf(objectOf(entry).comment);
      return text === undefined ? [] : [text];
    }),
    defects: objectsOf(raw.defects),
    attachments: objectsOf(raw.attachments).map(attachmentOf),
  };
}

/** `[{code, value, children?}]` or already `{CODE: value}`. */
function valuesOf(list: unknown): Record<string, Json> {
  if (!Array.isArray(list)) return { ...(objectOf(list) as Record<string, Json>) };
  return Object.fromEntries(
    objectsOf(list).flatMap((entry) => {
      const code = textOf(entry.code);
      return code === undefined ? [] : [[code, entry.value ?? null]];
    }),
  );
}

function fieldOf(entry: JsonObject): FieldDefinition {
  return {
    code: textOf(entry.code) ?? '',
    name: textOf(entry.name) ?? '',
    description: textOf(entry.description) ?? '',
    dataType: textOf(entry.dataType) ?? 'string',
    valueType: textOf(entry.valueType) ?? 'single',
    arrayDimensions: numberOf(entry.arrayDimensions),
    required: entry.required === true,
    unique: entry.unique === true,
    codeTable: objectsOf(entry.codeTable).map((row) => ({
      code: String(row.code ?? ''),
      value: String(row.value ?? ''),
    })),
    children: objectsOf(entry.children).map(fieldOf),
  };
}

export function testTypeOf(entry: JsonObject): TestType {
  return {
    id: textOf(entry.id) ?? '',
    code: textOf(entry.code) ?? '',
    name: textOf(entry.name) ?? '',
    properties: objectsOf(entry.properties).map(fieldOf),
    parameters: objectsOf(entry.parameters).map(fieldOf),
  };
}

export function componentTypeOf(entry: JsonObject): ComponentType {
  return {
    id: textOf(entry.id) ?? '',
    code: textOf(entry.code) ?? '',
    name: textOf(entry.name) ?? '',
    project: codeOf(entry.project) ?? '',
    subprojects: codesOf(entry.subprojects),
    serialNumberRequired: entry.snRequired === true,
    serialNumberAutomatic: entry.snAutomatically === true,
    serialNumberIdentifier: textOf(entry.snComponentIdentifier) ?? '',
    properties: objectsOf(entry.properties).map(fieldOf),
    types: objectsOf(entry.types).map((type) => ({
      code: textOf(type.code) ?? '',
      name: textOf(type.name) ?? '',
      subprojects: codesOf(type.subprojects),
      serialNumberIdentifier: textOf(type.snComponentIdentifier) ?? '',
    })),
    stages: [...objectsOf(entry.stages)]
      .sort((a, b) => (numberOf(a.order) ?? 0) - (numberOf(b.order) ?? 0))
      .map((stage) => ({
        code: textOf(stage.code) ?? '',
        name: textOf(stage.name) ?? '',
        testTypes: objectsOf(stage.testTypes).flatMap((attached) => codeOf(attached.testType) ?? []),
      })),
  };
}

export function institutionOf(entry: JsonObject): Institution {
  return {
    id: textOf(entry.id) ?? '',
    code: textOf(entry.code) ?? '',
    name: textOf(entry.name) ?? '',
    componentTypes: objectsOf(entry.componentType).map((project) => ({
      project: textOf(project.code) ?? '',
      projectName: textOf(project.name) ?? '',
      types: objectsOf(project.itemList).map((type) => ({
        code: textOf(type.code) ?? '',
        name: textOf(type.name) ?? '',
      })),
    })),
  };
}

export function userOf(entry: JsonObject): User {
  return {
    userIdentity: textOf(entry.userIdentity) ?? '',
    name: [entry.firstName, entry.middleName, entry.lastName].filter(Boolean).join(' '),
    email: textOf(entry.email),
    institutions: objectsOf(entry.institutions).map((institution) => ({
      code: textOf(institution.code) ?? '',
      name: textOf(institution.name) ?? '',
      default: institution.default === true,
      role: roleOf(institution),
    })),
  };
}

function roleOf(institution: JsonObject): UserRole {
  if (institution.componentManager || institution.clusterManager) return 'component manager';
  if (institution.authority) return 'authority';
  return institution.executive ? 'executive' : 'reader';
}

function codesOf(list: unknown): string[] {
  return listOf(list).flatMap((entry) => codeOf(entry) ?? []);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
