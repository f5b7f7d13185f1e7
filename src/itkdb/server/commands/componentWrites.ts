import { codeOf, type Json, type JsonObject, listOf, objectsOf } from '../../json.ts';
import {
  type Call,
  componentNamed,
  componentTypeNamed,
  type LocalCommand,
  type LocalCommands,
  text,
} from '../command.ts';
import type { DtoInRules } from '../dtoIn.ts';
import { checkFields, noFaults, refuseFaults } from '../fields.ts';
import { rawComponent } from '../forms.ts';
import { Refusal } from '../refusal.ts';
import { type ComponentRecord, newCode, type Store } from '../store.ts';
import { stampedProperty } from './components.ts';

/** The commands that change one component. Registering and assembling have files of their own. */
export const componentWrites: LocalCommands = {
  setComponentStage: change(
    'executive',
    { stage: 'string!', comment: 'string', rework: 'boolean' },
    setStage,
  ),
  setComponentProperty: change('executive', { code: 'string!', value: 'any' }, setProperty),
  setComponentGrade: change('executive', { grade: 'string!', comment: 'string' }, (_store, call, record) => ({
    ...record,
    grade: text(call, 'grade'),
  })),
  setComponentCompleted: change('executive', { completed: 'boolean!' }, (_store, call, record) => ({
    ...record,
    completed: call.dtoIn.completed === true,
  })),
  setComponentTrashed: change('executive', { trashed: 'boolean!' }, (_store, call, record) => ({
    ...record,
    trashed: call.dtoIn.trashed === true,
  })),
  setComponentFlags: change('executive', { flags: 'array!', revision: 'number!' }, setFlags),
  updateComponentSN: change('authority', { serialNumber: 'string!' }, setSerialNumber),
  createComponentComment: change('reader', { comments: 'array!' }, (_store, call, record) => ({
    ...record,
    comments: [...record.comments, ...newComments(call)],
  })),
  updateComponentComment: change(
    'reader',
    { code: 'string!', comment: 'string!' },
    (_store, call, record) => ({
      ...record,
      comments: record.comments.map((entry) =>
        entry.code === text(call, 'code') ? { ...entry, comment: text(call, 'comment') } : entry,
      ),
    }),
  ),
  deleteComponentComment: change('executive', { code: 'string!' }, (_store, call, record) => ({
    ...record,
    comments: record.comments.filter(({ code }) => code !== text(call, 'code')),
  })),
  /** First of two: the component stays until an institute authority approves. */
  deleteComponent: change('executive', {}, (_store, _call, record) => ({
    ...record,
    state: 'requestedToDelete',
  })),
  approveDeleteComponent: change('authority', { approve: 'boolean!' }, (_store, call, record) => {
    if (record.state !== 'requestedToDelete')
      throw new Refusal('componentNotRequestedToDelete', `Component is in state ${record.state}.`);
    return { ...record, state: call.dtoIn.approve === true ? 'deleted' : 'ready' };
  }),
};

function change(
  role: LocalCommand['role'],
  dtoIn: DtoInRules,
  apply: (store: Store, call: Call, record: ComponentRecord) => ComponentRecord,
): LocalCommand {
  return {
    method: 'POST',
    role,
    dtoIn: { component: 'string!', ...dtoIn },
    run: (store, call) => {
      const saved = store.saveComponent(apply(store, call, componentNamed(store, call)));
      return { component: rawComponent(saved) };
    },
  };
}

export function newComments(call: Call): ComponentRecord['comments'] {
  return listOf(call.dtoIn.comments).map((comment) => ({
    code: newCode(),
    comment: String(comment),
    dateTime: call.now,
    userIdentity: call.user.userIdentity,
  }));
}

function setStage(store: Store, call: Call, record: ComponentRecord): ComponentRecord {
  const stage = text(call, 'stage');
  const definition = componentTypeNamed(store, record.componentType, record.project);
  if (!objectsOf(definition.stages).some(({ code }) => code === stage))
    throw new Refusal('stageDoesNotExist', `${record.componentType} has no stage ${stage}.`, { stage });
  const comment = call.dtoIn.comment === undefined ? [] : [text(call, 'comment')];
  const comments = comment.map((words) => ({
    code: newCode(),
    comment: words,
    dateTime: call.now,
    userIdentity: call.user.userIdentity,
  }));
  return {
    ...record,
    currentStage: stage,
    stages: [...record.stages, { code: stage, dateTime: call.now }],
    reworked: record.reworked || call.dtoIn.rework === true,
    comments: [...record.comments, ...comments],
  };
}

function setProperty(store: Store, call: Call, record: ComponentRecord): ComponentRecord {
  const code = text(call, 'code');
  const definition = componentTypeNamed(store, record.componentType, record.project);
  const field = objectsOf(definition.properties).find((entry) => codeOf(entry) === code);
  if (!field) throw new Refusal('propertyDoesNotExist', `Property ${code} does not exist.`, { code });
  const value = checkedProperties(store, record, { [code]: call.dtoIn.value ?? null }, [field])[code] ?? null;
  const properties = record.properties.filter((entry) => entry.code !== code);
  return {
    ...record,
    properties: [...properties, stampedProperty(call, code, value)],
    ...(field.default === true && field.unique === true
      ? { alternativeIdentifier: value === null ? null : String(value) }
      : {}),
  };
}

/** Types fit, code tables know the value, and what must be unique is. */
export function checkedProperties(
  store: Store,
  about: Pick<ComponentRecord, 'project' | 'componentType' | 'code'>,
  properties: JsonObject,
  definitions: readonly JsonObject[],
): Record<string, Json> {
  const faults = noFaults();
  const checked = checkFields('properties', properties, definitions, faults);
  refuseFaults(faults);
  for (const { code, unique } of definitions) {
    const value = checked[String(code)];
    if (unique !== true || value === undefined || value === null) continue;
    const { total } = store.componentsWhere(
      `project=? AND component_type=? AND code<>? AND state='ready' AND EXISTS (
         SELECT 1 FROM json_each(record, '$.properties') AS property
         WHERE json_extract(property.value, '$.code')=? AND json_extract(property.value, '$.value')=?)`,
      [about.project, about.componentType, about.code, String(code), value as string | number],
      { limit: 0, offset: 0 },
    );
    if (total > 0)
      throw new Refusal('propertyValueDuplicity', `Property ${String(code)} must be unique.`, { code });
  }
  return checked;
}

/** Optimistic lock: whoever has not seen the last change must look again. */
function setFlags(_store: Store, call: Call, record: ComponentRecord): ComponentRecord {
  if (call.dtoIn.revision !== record.sys.rev)
    throw new Refusal('revisionMismatch', `Revision is ${record.sys.rev}.`, { rev: record.sys.rev }, 409);
  return { ...record, flags: listOf(call.dtoIn.flags).map(String) };
}

function setSerialNumber(store: Store, call: Call, record: ComponentRecord): ComponentRecord {
  const serialNumber = text(call, 'serialNumber');
  refuseTaken(store, serialNumber, record.code);
  return { ...record, serialNumber };
}

export function refuseTaken(store: Store, serialNumber: string, code = ''): void {
  const other = store.component(serialNumber);
  if (other && other.code !== code)
    throw new Refusal('serialNumberDuplicity', `Serial number ${serialNumber} already exists.`, {
      serialNumber,
      component: other.code,
    });
}
