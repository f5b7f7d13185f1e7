import { codeOf, type JsonObject, listOf, objectOf, objectsOf, textOf } from '../../json.ts';
import { type Call, componentTypeNamed, institutionNamed, type LocalCommands, text } from '../command.ts';
import { rawComponent } from '../forms.ts';
import { Refusal } from '../refusal.ts';
import { type ComponentRecord, newCode, newId, type Store } from '../store.ts';
import { childSlots, stampedProperty } from './components.ts';
import { checkedProperties, newComments, refuseTaken } from './componentWrites.ts';

export const registrationCommands: LocalCommands = {
  registerComponent: {
    method: 'POST',
    role: 'executive',
    dtoIn: {
      project: 'string!',
      subproject: 'string!',
      institution: 'string!',
      componentType: 'string!',
      type: 'string!',
      properties: 'object',
      serialNumber: 'string',
      comments: 'array',
      batches: 'object',
      flag: 'string',
    },
    run: (store, call) => ({ component: rawComponent(register(store, call)) }),
  },
};

function register(store: Store, call: Call): ComponentRecord {
  const project = text(call, 'project');
  const componentType = text(call, 'componentType');
  const institution = String(institutionNamed(store, text(call, 'institution')).code);
  const definition = componentTypeNamed(store, componentType, project);
  const type = objectsOf(definition.types).find((entry) => codeOf(entry) === text(call, 'type'));
  if (!type) throw invalidValue('type', `not a type of ${componentType}`);
  const subproject = text(call, 'subproject');
  if (!listOf(type.subprojects).some((entry) => codeOf(entry) === subproject))
    throw invalidValue('subproject', `not a subproject of ${String(type.code)}`);
  refuseUnentitled(store, institution, project, componentType);

  const code = newCode();
  const properties = checkedProperties(
    store,
    { project, componentType, code },
    objectOf(call.dtoIn.properties),
    objectsOf(definition.properties),
  );
  const serialNumber = serialNumberOf(store, call, definition, type, subproject);
  const initial = objectsOf(definition.stages).find((stage) => stage.initial === true);
  const identifying = objectsOf(definition.properties).find(
    (entry) => entry.default === true && entry.unique === true,
  );
  const record: ComponentRecord = {
    id: newId(),
    code,
    serialNumber,
    alternativeIdentifier:
      identifying && properties[String(identifying.code)] !== undefined
        ? String(properties[String(identifying.code)])
        : null,
    state: 'ready',
    project,
    subproject,
    componentType,
    type: String(type.code),
    institution,
    currentLocation: institution,
    shipmentDestination: null,
    currentStage: textOf(initial?.code) ?? null,
    stages: initial ? [{ code: String(initial.code), dateTime: call.now }] : [],
    properties: Object.entries(properties).map(([key, value]) => stampedProperty(call, key, value)),
    comments: newComments(call),
    children: childSlots(definition, String(type.code)).map((slot, order) => ({
      id: newId(),
      componentType: codeOf(slot.componentType) ?? '',
      type: codeOf(slot.type) ?? null,
      order,
      component: null,
      properties: {},
    })),
    parents: [],
    flags: call.dtoIn.flag === undefined ? [] : [text(call, 'flag')],
    grade: null,
    reworked: false,
    completed: false,
    trashed: false,
    userIdentity: call.user.userIdentity,
    sys: { cts: call.now, mts: call.now, rev: 0 },
  };
  store.addComponent(record);
  return record;
}

/** An institution may register the component types that its entry lists. */
function refuseUnentitled(store: Store, institution: string, project: string, componentType: string): void {
  const entitled = objectsOf(store.definition('institution', institution)?.componentType)
    .filter((entry) => entry.code === project)
    .flatMap((entry) => objectsOf(entry.itemList))
    .some((entry) => entry.code === componentType);
  if (!entitled)
    throw new Refusal(
      'uu-app-workspace/authorization/userIsNotAuthorized',
      `${institution} may not register ${componentType}.`,
      { institution, componentType },
      403,
    );
}

/** Given, made, or none: as the component type says. */
function serialNumberOf(
  store: Store,
  call: Call,
  definition: JsonObject,
  type: JsonObject,
  subproject: string,
): string | null {
  const given = call.dtoIn.serialNumber === undefined ? undefined : text(call, 'serialNumber');
  const prefix = `20U${subproject}${textOf(type.snComponentIdentifier) || textOf(definition.snComponentIdentifier) || ''}`;
  if (definition.snAutomatically === true && given === undefined) return nextSerialNumber(store, prefix);
  if (given === undefined || given === '') {
    if (definition.snRequired === true)
      throw new Refusal('invalidDtoIn', 'DtoIn is not valid.', {
        missingKeyMap: { '$.serialNumber': { 'uu-appg01/validation/missingKey': 'required' } },
        invalidTypeKeyMap: {},
        invalidValueKeyMap: {},
      });
    return null;
  }
  if (!given.startsWith(prefix) || !/^\d{7}$/.test(given.slice(prefix.length)))
    throw invalidValue('serialNumber', `must be ${prefix} and 7 digits`);
  refuseTaken(store, given);
  return given;
}

function nextSerialNumber(store: Store, prefix: string): string {
  const row = store.sql.get<{ last: string | null }>(
    'SELECT max(serial_number) AS last FROM components WHERE substr(serial_number, 1, length(?))=?',
    prefix,
    prefix,
  );
  const number = row?.last ? Number(row.last.slice(prefix.length)) + 1 : 1;
  return `${prefix}${String(number).padStart(7, '0')}`;
}

function invalidValue(key: string, why: string): Refusal {
  return new Refusal('invalidDtoIn', 'DtoIn is not valid.', {
    missingKeyMap: {},
    invalidTypeKeyMap: {},
    invalidValueKeyMap: { [`$.${key}`]: { 'uu-appg01/validation/invalidValue': why } },
  });
}
