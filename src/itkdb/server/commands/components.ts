import { type Json, type JsonObject, listOf, objectOf, objectsOf } from '../../json.ts';
import {
  type Call,
  Conditions,
  componentNamed,
  filterOf,
  type LocalCommands,
  pageAnswer,
  pageRequest,
  valuesOf,
} from '../command.ts';
import { listKeys } from '../dtoIn.ts';
import { fullComponent, rawComponent, shortComponent } from '../forms.ts';
import { Refusal } from '../refusal.ts';
import type { ComponentRecord, Store } from '../store.ts';

/** The commands that look at components and change none. */
export const componentReads: LocalCommands = {
  getComponent: {
    method: 'GET',
    role: 'reader',
    dtoIn: {
      component: 'string!',
      project: 'string',
      state: 'string',
      alternativeIdentifier: 'boolean',
      outputType: 'string',
      noEosToken: 'boolean',
    },
    run: (store, call) =>
      call.dtoIn.outputType === 'object'
        ? rawComponent(componentNamed(store, call))
        : fullComponent(store, componentNamed(store, call)),
  },
  getComponentBulk: {
    method: 'GET',
    role: 'reader',
    dtoIn: { component: 'array!', outputType: 'string', force: 'boolean' },
    run: (store, call) => ({
      itemList: listOf(call.dtoIn.component).flatMap((reference) => {
        const found = store.component(String(reference));
        if (!found || found.state === 'deleted') {
          if (call.dtoIn.force === true) return [];
          throw new Refusal('componentDoesNotExist', `Component ${String(reference)} does not exist.`, {
            component: reference,
          });
        }
        return [call.dtoIn.outputType === 'object' ? rawComponent(found) : fullComponent(store, found)];
      }),
    }),
  },
  listComponents: {
    method: 'GET',
    role: 'reader',
    dtoIn: {
      project: 'string',
      subproject: 'any',
      componentType: 'any',
      type: 'any',
      currentStage: 'any',
      institution: 'any',
      currentLocation: 'any',
      assembled: 'boolean',
      includeProperties: 'boolean',
      state: 'any',
      ...listKeys,
    },
    run: (store, call) => listPage(store, call, conditionsOf(filterOf(call))),
  },
  listMyComponents: {
    method: 'GET',
    role: 'reader',
    dtoIn: { project: 'string', ...listKeys },
    run: (store, call) =>
      listPage(store, call, conditionsOf(filterOf(call)).where('user=?', call.user.userIdentity)),
  },
  listComponentsByProperty: {
    method: 'GET or POST',
    role: 'reader',
    dtoIn: {
      project: 'string',
      componentType: 'string',
      subproject: 'string',
      type: 'string',
      propertyFilter: 'array',
      ...listKeys,
    },
    run: listByProperty,
  },
  getItkpdOverallStatistics: {
    method: 'GET',
    role: 'reader',
    dtoIn: {},
    run: (store) => ({
      components: store.componentsWhere("state='ready'", [], { limit: 0, offset: 0 }).total,
      testRuns: store.testRunsWhere("state='ready'", [], { limit: 0, offset: 0 }).total,
    }),
  },
};

function conditionsOf(filter: JsonObject): Conditions {
  const states = valuesOf(filter.state);
  const conditions = new Conditions()
    .among('project', valuesOf(filter.project))
    .among('subproject', valuesOf(filter.subproject))
    .among('component_type', valuesOf(filter.componentType))
    .among('type', valuesOf(filter.type))
    .among('stage', valuesOf(filter.currentStage))
    .among('institution', valuesOf(filter.institution))
    .among('location', valuesOf(filter.currentLocation))
    .among('code', valuesOf(filter.code))
    .among('state', states.length > 0 ? states : ['ready']);
  if (typeof filter.trashed === 'boolean') conditions.where('trashed=?', filter.trashed ? 1 : 0);
  if (typeof filter.serialNumber === 'string')
    conditions.where('substr(serial_number, 1, length(?))=?', filter.serialNumber, filter.serialNumber);
  if (typeof filter.assembled === 'boolean')
    conditions.where(`json_array_length(record, '$.parents') ${filter.assembled ? '>' : '='} 0`);
  return conditions;
}

function listByProperty(store: Store, call: Call): JsonObject {
  const filter = filterOf(call);
  const conditions = conditionsOf(filter);
  for (const { code, operator, value } of objectsOf(filter.propertyFilter)) {
    if (operator !== '=' && operator !== undefined)
      throw new Refusal('invalidDtoIn', `Operator ${String(operator)} is not supported.`);
    conditions.where(
      `EXISTS (SELECT 1 FROM json_each(record, '$.properties') AS property
        WHERE json_extract(property.value, '$.code')=? AND json_extract(property.value, '$.value')=?)`,
      String(code),
      typeof value === 'boolean' ? Number(value) : (value as string | number),
    );
  }
  return listPage(store, call, conditions, true);
}

function listPage(store: Store, call: Call, conditions: Conditions, properties = false): JsonObject {
  const { items, total } = store.componentsWhere(String(conditions), conditions.values, pageRequest(call));
  const withProperties = properties || call.dtoIn.includeProperties === true;
  const full = call.dtoIn.outputType === 'full';
  return pageAnswer(
    call,
    items.map((record) => shortComponent(store, record, withProperties || full)),
    total,
  );
}

/** The value that a write leaves in a component, with who and when. */
export function stampedProperty(
  call: Call,
  code: string,
  value: Json,
): ComponentRecord['properties'][number] {
  return { code, value, dateTime: call.now, userIdentity: call.user.userIdentity };
}

/** The slots for children that a new component has, by the definition of its type. */
export function childSlots(definition: JsonObject, type: string): readonly JsonObject[] {
  const children = objectOf(definition.children);
  return objectsOf(children[type] ?? children['*']);
}
