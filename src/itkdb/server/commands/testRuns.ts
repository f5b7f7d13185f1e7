import { type JsonObject, listOf, objectOf, objectsOf } from '../../json.ts';
import {
  type Call,
  Conditions,
  componentNamed,
  filterOf,
  institutionNamed,
  type LocalCommands,
  pageAnswer,
  pageRequest,
  testRunNamed,
  text,
  valuesOf,
} from '../command.ts';
import { listKeys } from '../dtoIn.ts';
import { checkFields, noFaults, refuseFaults } from '../fields.ts';
import { awid, fullTestRun, shortTestRun } from '../forms.ts';
import { Refusal } from '../refusal.ts';
import { type ComponentRecord, newCode, newId, type Store, type TestRunRecord } from '../store.ts';

export const testRunCommands: LocalCommands = {
  uploadTestRunResults: {
    method: 'POST',
    role: 'executive',
    dtoIn: {
      component: 'string!',
      testType: 'string!',
      institution: 'string!',
      runNumber: 'string!',
      date: 'string',
      passed: 'boolean!',
      problems: 'boolean',
      properties: 'object',
      results: 'object!',
      comments: 'array',
      defects: 'array',
      stage: 'string',
      isRetroactive: 'boolean',
    },
    run: upload,
  },
  getTestRun: {
    method: 'GET',
    role: 'reader',
    dtoIn: { testRun: 'string!', outputType: 'string', noEosToken: 'boolean' },
    run: (store, call) => fullTestRun(store, testRunNamed(store, call)),
  },
  getTestRunBulk: {
    method: 'GET',
    role: 'reader',
    dtoIn: { testRun: 'array!', outputType: 'string', noEosToken: 'boolean' },
    run: (store, call) => ({
      testRunList: listOf(call.dtoIn.testRun).flatMap((id) => {
        const run = store.testRun(String(id));
        return run && run.state !== 'deleted' ? [fullTestRun(store, run)] : [];
      }),
    }),
  },
  listTestRunsByComponent: {
    method: 'GET',
    role: 'reader',
    dtoIn: { component: 'string', testType: 'any', stage: 'any', runNumber: 'any', ...listKeys },
    run: listByComponent,
  },
  listTestRunsByTestType: {
    method: 'GET',
    role: 'reader',
    dtoIn: { project: 'string!', componentType: 'string!', testType: 'string!', stage: 'any', ...listKeys },
    run: (store, call) => listPage(store, call, byTestType(call)),
  },
  listTestRunsByParameter: {
    method: 'GET or POST',
    role: 'reader',
    dtoIn: {
      project: 'string!',
      componentType: 'string!',
      testType: 'string!',
      parameterFilter: 'array!',
      ...listKeys,
    },
    run: listByParameter,
  },
  listMyTestRuns: {
    method: 'GET',
    role: 'reader',
    dtoIn: listKeys,
    run: (store, call) =>
      listPage(
        store,
        call,
        new Conditions().where('user=?', call.user.userIdentity).where("state<>'deleted'"),
      ),
  },
  deleteTestRun: {
    method: 'POST',
    role: 'executive',
    dtoIn: { testRun: 'string!' },
    run: (store, call) => {
      const run = testRunNamed(store, call);
      const state = 'requestedToDelete';
      return { testRun: shortTestRun(store, store.saveTestRun({ ...run, state, stateTs: call.now })) };
    },
  },
};

/**
 * The rules of an upload, in the order in which the real one was seen to complain. The same document twice gives two
 * test runs, as there.
 */
function upload(store: Store, call: Call): JsonObject {
  const component = componentNamed(store, call);
  if (component.state !== 'ready')
    throw new Refusal('componentNotReady', `Component is in state ${component.state}.`);
  const institution = String(institutionNamed(store, text(call, 'institution')).code);
  if (institution !== component.currentLocation)
    throw new Refusal(
      'componentAtDifferentLocation',
      `Component is at ${component.currentLocation}, not at ${institution}.`,
      { currentLocation: component.currentLocation, institution },
    );
  const code = text(call, 'testType');
  const type = store.definition('testType', code, component.project, component.componentType);
  if (!type)
    throw new Refusal('testTypeDaoGetByCodeFailed', `Test type ${code} does not exist.`, { testType: code });
  const stage = stageOfUpload(store, call, component, code);

  const faults = noFaults();
  const properties = checkFields('properties', objectOf(call.dtoIn.properties), type.properties, faults);
  const results = checkFields('results', objectOf(call.dtoIn.results), type.parameters, faults);
  refuseFaults(faults);
  for (const path of faults.unknown) call.dropped(path);

  const run: TestRunRecord = {
    id: newId(),
    component: component.code,
    project: component.project,
    componentType: component.componentType,
    testType: code,
    stage,
    institution,
    runNumber: text(call, 'runNumber'),
    date: text(call, 'date') || call.now,
    passed: call.dtoIn.passed === true,
    problems: call.dtoIn.problems === true,
    state: 'ready',
    stateTs: call.now,
    properties,
    results,
    comments: listOf(call.dtoIn.comments).map((comment) => ({
      code: newCode(),
      comment: String(comment),
      dateTime: call.now,
      userIdentity: call.user.userIdentity,
    })),
    defects: objectsOf(call.dtoIn.defects).map((defect) => ({ code: newCode(), ...defect })),
    userIdentity: call.user.userIdentity,
    sys: { cts: call.now, mts: call.now, rev: 0 },
  };
  store.addTestRun(run);
  return { testRun: { ...(run as unknown as JsonObject), awid } };
}

/** The test type must belong to the present stage, or to the one that is named with `isRetroactive`. */
function stageOfUpload(
  store: Store,
  call: Call,
  component: ComponentRecord,
  testType: string,
): string | null {
  const type = store.definition('componentType', component.componentType, component.project);
  const retroactive = call.dtoIn.isRetroactive === true && call.dtoIn.stage !== undefined;
  const stage = retroactive ? text(call, 'stage') : component.currentStage;
  const definition = objectsOf(type?.stages).find((entry) => entry.code === stage);
  const attached = objectsOf(definition?.testTypes).some(
    (entry) => objectOf(entry.testType).code === testType,
  );
  const elsewhere = !retroactive && call.dtoIn.stage !== undefined && call.dtoIn.stage !== stage;
  if (!attached || elsewhere)
    throw new Refusal(
      'unassociatedStageWithTestType',
      `Test type ${testType} is not associated with stage ${elsewhere ? text(call, 'stage') : stage}.`,
      { testType, stage: stage ?? null },
    );
  return stage;
}

function listByComponent(store: Store, call: Call): JsonObject {
  const filter = filterOf(call);
  const reference = filter.component ?? filter.serialNumber ?? filter.code;
  if (reference === undefined || reference === null)
    throw new Refusal('invalidDtoIn', 'DtoIn is not valid.', {
      missingKeyMap: { '$.component': { 'uu-appg01/validation/missingKey': 'required' } },
    });
  const component = store.component(String(reference));
  if (!component)
    throw new Refusal('componentDoesNotExist', `Component ${String(reference)} does not exist.`, {
      component: reference,
    });
  const states = valuesOf(filter.state);
  const conditions = new Conditions()
    .where('component=?', component.code)
    .among('test_type', valuesOf(filter.testType))
    .among('run_number', valuesOf(filter.runNumber))
    .among('stage', valuesOf(filter.stage))
    .among('state', states.length > 0 ? states : ['ready', 'requestedToDelete']);
  return listPage(store, call, conditions);
}

function byTestType(call: Call): Conditions {
  return new Conditions()
    .where('project=?', text(call, 'project'))
    .where('component_type=?', text(call, 'componentType'))
    .where('test_type=?', text(call, 'testType'))
    .among('stage', valuesOf(call.dtoIn.stage))
    .where("state='ready'");
}

function listByParameter(store: Store, call: Call): JsonObject {
  const conditions = byTestType(call);
  for (const { code, operator, value } of objectsOf(call.dtoIn.parameterFilter)) {
    if (!/^\w+$/.test(String(code)) || !['=', '<', '>', '<=', '>=', '!='].includes(String(operator)))
      throw new Refusal('invalidDtoIn', 'parameterFilter is not valid.');
    conditions.where(
      `json_extract(record, '$.results.${String(code)}') ${String(operator)} ?`,
      typeof value === 'boolean' ? Number(value) : (value as string | number),
    );
  }
  return listPage(store, call, conditions);
}

function listPage(store: Store, call: Call, conditions: Conditions): JsonObject {
  const { items, total } = store.testRunsWhere(String(conditions), conditions.values, pageRequest(call));
  return pageAnswer(
    call,
    items.map((run) => shortTestRun(store, run)),
    total,
  );
}
