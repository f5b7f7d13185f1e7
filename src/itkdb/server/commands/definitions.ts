import { codeOf, type Json, type JsonObject, listOf, objectOf, objectsOf } from '../../json.ts';
import {
  type Call,
  componentTypeNamed,
  filterOf,
  institutionNamed,
  type LocalCommands,
  pageOf,
  text,
  valuesOf,
} from '../command.ts';
import { listKeys } from '../dtoIn.ts';
import { Refusal } from '../refusal.ts';
import { dummyValues } from '../samples.ts';
import { newId, type Store } from '../store.ts';

export const definitionCommands: LocalCommands = {
  listInstitutions: {
    method: 'GET',
    role: 'reader',
    dtoIn: listKeys,
    run: (store, call) => pageOf(call, store.definitions('institution')),
  },
  /** An older name of the same. */
  listInstitutes: {
    method: 'GET',
    role: 'reader',
    dtoIn: listKeys,
    run: (store, call) => pageOf(call, store.definitions('institution')),
  },
  getInstitution: {
    method: 'GET',
    role: 'reader',
    dtoIn: { id: 'string!' },
    run: (store, call) => institutionNamed(store, text(call, 'id')),
  },
  getInstitutionByCode: {
    method: 'GET',
    role: 'reader',
    dtoIn: { code: 'string!' },
    run: (store, call) => institutionNamed(store, text(call, 'code')),
  },
  listProjects: {
    method: 'GET',
    role: 'reader',
    dtoIn: listKeys,
    run: (store, call) =>
      pageOf(
        call,
        store.definitions('project').map(({ code, name }) => ({ code, name })),
      ),
  },
  listSubprojects: {
    method: 'GET',
    role: 'reader',
    dtoIn: { project: 'string!', ...listKeys },
    run: (store, call) =>
      pageOf(call, objectsOf(store.definition('project', text(call, 'project'))?.subprojects)),
  },
  listComponentTypes: {
    method: 'GET',
    role: 'reader',
    dtoIn: { project: 'any', ...listKeys },
    run: (store, call) => {
      const [project = ''] = valuesOf(filterOf(call).project);
      return pageOf(call, store.definitions('componentType', project));
    },
  },
  getComponentType: {
    method: 'GET',
    role: 'reader',
    dtoIn: { id: 'string!', fullTree: 'boolean' },
    run: (store, call) => {
      const id = text(call, 'id');
      const found = store
        .definitions('project')
        .flatMap(({ code }) => store.definitions('componentType', String(code)))
        .find((entry) => entry.id === id);
      if (!found)
        throw new Refusal('componentTypeDaoGetFailed', `Component type ${id} does not exist.`, { id });
      return found;
    },
  },
  getComponentTypeByCode: {
    method: 'GET',
    role: 'reader',
    dtoIn: { project: 'string!', code: 'string!' },
    run: (store, call) => componentTypeNamed(store, text(call, 'code'), text(call, 'project')),
  },
  listTestTypes: {
    method: 'GET',
    role: 'reader',
    dtoIn: { project: 'string!', componentType: 'string!', ...listKeys },
    run: (store, call) => {
      const project = text(call, 'project');
      const { id, code, name } = componentTypeNamed(store, text(call, 'componentType'), project);
      const types = store.definitions('testType', project, String(code));
      return { componentType: { id, code, name }, ...pageOf(call, types) };
    },
  },
  exportTestType: {
    method: 'GET',
    role: 'reader',
    dtoIn: { project: 'string!', componentType: 'string!', testType: 'string!' },
    run: (store, call) => testTypeNamed(store, call, 'testType'),
  },
  importTestType: {
    method: 'POST',
    role: 'component manager',
    dtoIn: {
      project: 'string!',
      componentType: 'string!',
      code: 'string!',
      name: 'string',
      description: 'string',
      properties: 'array',
      parameters: 'array',
      automaticGrading: 'boolean',
      state: 'string',
      id: 'string',
    },
    run: (store, call) => {
      componentTypeNamed(store, text(call, 'componentType'), text(call, 'project'));
      const type = { id: newId(), ...call.dtoIn };
      store.define('testType', type, text(call, 'project'), text(call, 'componentType'));
      return type;
    },
  },
  generateTestTypeDtoSample: {
    method: 'GET',
    role: 'reader',
    dtoIn: { project: 'string!', componentType: 'string!', code: 'string!', requiredOnly: 'boolean' },
    run: (store, call) => ({ dtoSample: testRunSample(testTypeNamed(store, call, 'code'), call) }),
  },
  generateComponentTypeDtoSample: {
    method: 'GET',
    role: 'reader',
    dtoIn: { project: 'string!', code: 'string!', requiredOnly: 'boolean' },
    run: (store, call) => ({ dtoSample: componentSample(store, call) }),
  },
  addInstitutionComponentType: {
    method: 'POST',
    role: 'component manager',
    dtoIn: { code: 'string!', project: 'string!', componentType: 'string!' },
    run: entitle,
  },
};

function testTypeNamed(store: Store, call: Call, key: string): JsonObject {
  const project = text(call, 'project');
  const componentType = String(componentTypeNamed(store, text(call, 'componentType'), project).code);
  const code = text(call, key);
  const found = store.definition('testType', code, project, componentType);
  if (!found)
    throw new Refusal('testTypeDaoGetByCodeFailed', `Test type ${code} does not exist.`, { testType: code });
  return found;
}

/** Values are random, as those of the real one: of the right kind, and good for nothing but their shape. */
function testRunSample(type: JsonObject, call: Call): JsonObject {
  const requiredOnly = call.dtoIn.requiredOnly === true;
  return {
    component: '...',
    testType: codeOf(type) ?? '',
    institution: '...',
    runNumber: '...',
    date: call.now,
    passed: true,
    problems: false,
    properties: dummyValues(wanted(type.properties, requiredOnly)),
    results: dummyValues(wanted(type.parameters, requiredOnly)),
  };
}

function componentSample(store: Store, call: Call): JsonObject {
  const definition = componentTypeNamed(store, text(call, 'code'), text(call, 'project'));
  return {
    project: text(call, 'project'),
    subproject: '...',
    institution: '...',
    componentType: text(call, 'code'),
    type: '...',
    properties: dummyValues(wanted(definition.properties, call.dtoIn.requiredOnly === true)),
  };
}

function wanted(definitions: unknown, requiredOnly: boolean): readonly JsonObject[] {
  return objectsOf(definitions).filter(({ required }) => !requiredOnly || required === true);
}

function entitle(store: Store, call: Call): JsonObject {
  const institution = institutionNamed(store, text(call, 'code'));
  const project = text(call, 'project');
  const { id, code, name } = componentTypeNamed(store, text(call, 'componentType'), project);
  const others = objectsOf(institution.componentType).filter((entry) => entry.code !== project);
  const mine = objectsOf(institution.componentType).find((entry) => entry.code === project);
  const itemList: Json[] = [...listOf(mine?.itemList).filter((entry) => codeOf(entry) !== code)];
  itemList.push({ id, code, name });
  const projectName = store.definition('project', project)?.name ?? project;
  const entry = { ...objectOf(mine), code: project, name: projectName, itemList };
  const changed = { ...institution, componentType: [...others, entry] };
  store.define('institution', changed);
  return changed;
}
