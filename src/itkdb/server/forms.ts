import { type Json, type JsonObject, objectsOf, textOf } from '../json.ts';
import type { AttachmentRow, ComponentRecord, OwnerKind, Store, TestRunRecord } from './store.ts';

/** The identity of the workspace in answers; a constant of this stand-in. */
export const awid = '00000000000000000000000000000000';

/** As POST commands answer: references are plain codes. */
export function rawComponent(record: ComponentRecord): JsonObject {
  const { grade, ...rest } = record;
  return { ...(rest as unknown as JsonObject), currentGrade: grade, tests: [], awid };
}

/** As `getComponent` answers: references carry their names, tests and attachments are listed. */
export function fullComponent(store: Store, record: ComponentRecord): JsonObject {
  const type = store.definition('componentType', record.componentType, record.project);
  const definitions = objectsOf(type?.properties);
  return {
    ...shortComponent(store, record),
    flags: record.flags,
    comments: record.comments.map(withUser(store)),
    properties: record.properties.map(({ code, value, dateTime, userIdentity }) => {
      const definition = definitions.find((entry) => entry.code === code);
      return {
        ...(definition ?? { name: 'UNKNOWN PROPERTY', dataType: null }),
        code,
        value,
        dateTime,
        userIdentity,
      };
    }),
    attachments: listAttachments(store, 'component', record.code),
    children: record.children.map((slot) => ({
      id: slot.id,
      componentType: namedDefinition(store, 'componentType', slot.componentType, record.project),
      type: slot.type === null ? null : { code: slot.type, name: slot.type },
      order: slot.order,
      properties: slot.properties,
      component: slot.component === null ? null : relative(store, slot.component),
    })),
    parents: record.parents.map((parent) => {
      const found = store.component(parent);
      return {
        componentType: found && namedDefinition(store, 'componentType', found.componentType, found.project),
        component: relative(store, parent),
      };
    }) as unknown as Json,
    tests: listTests(store, record),
  };
}

/** As lists answer: without children, tests, comments. */
export function shortComponent(store: Store, record: ComponentRecord, properties = false): JsonObject {
  const type = store.definition('componentType', record.componentType, record.project);
  const named = (list: unknown, code: string): JsonObject => ({
    code,
    name: textOf(objectsOf(list).find((entry) => entry.code === code)?.name) ?? code,
  });
  const stage = objectsOf(type?.stages).find(({ code }) => code === record.currentStage);
  return {
    id: record.id,
    code: record.code,
    serialNumber: record.serialNumber,
    alternativeIdentifier: record.alternativeIdentifier,
    state: record.state,
    dummy: false,
    assembled: record.parents.length > 0,
    currentGrade: record.grade,
    reworked: record.reworked,
    completed: record.completed,
    trashed: record.trashed,
    cts: record.sys.cts,
    userIdentity: record.userIdentity,
    institution: namedDefinition(store, 'institution', record.institution),
    currentLocation: namedDefinition(store, 'institution', record.currentLocation),
    shipmentDestination:
      record.shipmentDestination === null
        ? null
        : namedDefinition(store, 'institution', record.shipmentDestination),
    project: namedDefinition(store, 'project', record.project),
    subproject: named(store.definition('project', record.project)?.subprojects, record.subproject),
    componentType: {
      id: type?.id ?? null,
      code: record.componentType,
      name: type?.name ?? record.componentType,
      category: 'item',
    },
    type: named(type?.types, record.type),
    currentStage:
      record.currentStage === null
        ? null
        : {
            code: record.currentStage,
            name: stage?.name ?? record.currentStage,
            order: stage?.order ?? null,
            initial: stage?.initial ?? false,
            final: stage?.final ?? false,
          },
    stages: record.stages.map(({ code, dateTime }) => ({ ...named(type?.stages, code), dateTime })),
    ...(properties ? { properties: record.properties } : {}),
    sys: record.sys,
    awid,
  };
}

function relative(store: Store, code: string): JsonObject {
  const found = store.component(code);
  return { id: found?.id ?? null, code, serialNumber: found?.serialNumber ?? null };
}

function listTests(store: Store, record: ComponentRecord): JsonObject[] {
  const { items } = store.testRunsWhere('component=?', [record.code]);
  const byType = new Map<string, TestRunRecord[]>();
  for (const run of items) byType.set(run.testType, [...(byType.get(run.testType) ?? []), run]);
  return [...byType].map(([code, runs]) => {
    const type = store.definition('testType', code, record.project, record.componentType);
    return {
      id: type?.id ?? null,
      code,
      name: type?.name ?? code,
      testRuns: runs.map((run) => ({
        id: run.id,
        state: run.state,
        stateTs: run.stateTs,
        stateUserIdentity: run.userIdentity,
        runNumber: run.runNumber,
        passed: run.passed,
        problems: run.problems,
        date: run.date,
        institution: namedDefinition(store, 'institution', run.institution),
        cts: run.sys.cts,
      })),
    };
  });
}

/** As lists answer: without properties, results and comments. */
export function shortTestRun(store: Store, run: TestRunRecord): JsonObject {
  const component = store.component(run.component);
  return {
    id: run.id,
    state: run.state,
    stateTs: run.stateTs,
    runNumber: run.runNumber,
    date: run.date,
    passed: run.passed,
    problems: run.problems,
    cts: run.sys.cts,
    userIdentity: run.userIdentity,
    institution: namedDefinition(store, 'institution', run.institution),
    testType: testTypeName(store, run),
    components: [
      {
        id: component?.id ?? null,
        code: run.component,
        serialNumber: component?.serialNumber ?? null,
        alternativeIdentifier: component?.alternativeIdentifier ?? null,
        type: component?.type ?? null,
        componentType: run.componentType,
        testedAtStage: run.stage === null ? null : { code: run.stage, name: run.stage },
      },
    ],
    sys: run.sys,
    awid,
  };
}

/** As `getTestRun` answers: properties and results as lists that repeat their definition. */
export function fullTestRun(store: Store, run: TestRunRecord): JsonObject {
  const type = store.definition('testType', run.testType, run.project, run.componentType);
  return {
    ...shortTestRun(store, run),
    properties: described(run.properties, type?.properties),
    results: described(run.results, type?.parameters),
    defects: run.defects,
    comments: run.comments.map(withUser(store)),
    attachments: listAttachments(store, 'testRun', run.id),
  };
}

function described(values: Readonly<Record<string, Json>>, definitions: unknown): JsonObject[] {
  return Object.entries(values).map(([code, value]) => {
    const { name, dataType, valueType, required } =
      objectsOf(definitions).find((entry) => entry.code === code) ?? {};
    return {
      code,
      name: name ?? code,
      dataType: dataType ?? null,
      valueType: valueType ?? null,
      required: required ?? false,
      value,
    };
  });
}

function testTypeName(store: Store, run: TestRunRecord): JsonObject {
  const type = store.definition('testType', run.testType, run.project, run.componentType);
  return { id: type?.id ?? null, code: run.testType, name: type?.name ?? run.testType };
}

export function listAttachments(store: Store, kind: OwnerKind, owner: string): JsonObject[] {
  return store.attachments(kind, owner).map(attachment);
}

export function attachment(row: AttachmentRow): JsonObject {
  return {
    code: row.code,
    dateTime: row.date,
    title: row.title,
    description: row.description,
    type: row.type,
    filename: row.filename,
    contentType: row.content_type,
    filesize: row.size,
    url: row.url,
    userIdentity: row.user,
  };
}

export function namedDefinition(
  store: Store,
  kind: 'institution' | 'project' | 'componentType',
  code: string,
  project = '',
): JsonObject {
  const { id, name } = store.definition(kind, code, project) ?? {};
  return { id: id ?? null, code, name: name ?? code };
}

function withUser(store: Store): (entry: { userIdentity: string }) => JsonObject {
  return (entry) => {
    const row = store.sql.get<{ record: string }>(
      'SELECT record FROM users WHERE user=?',
      entry.userIdentity,
    );
    const { firstName, lastName } = row
      ? (JSON.parse(row.record) as { firstName: string; lastName: string })
      : { firstName: '', lastName: '' };
    const { userIdentity, ...rest } = entry;
    return { ...(rest as JsonObject), user: { userIdentity, firstName, lastName } };
  };
}
