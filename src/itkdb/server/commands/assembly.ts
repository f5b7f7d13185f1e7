import type { JsonObject } from '../../json.ts';
import { objectOf } from '../../json.ts';
import { type Call, componentNamed, type LocalCommands, text } from '../command.ts';
import { fullComponent } from '../forms.ts';
import { Refusal } from '../refusal.ts';
import type { ComponentRecord, Store } from '../store.ts';

export const assemblyCommands: LocalCommands = {
  assembleComponent: {
    method: 'POST',
    role: 'executive',
    dtoIn: { parent: 'string!', child: 'string!', properties: 'object' },
    run: (store, call) => assemble(store, call, undefined),
  },
  assembleComponentBySlot: {
    method: 'POST',
    role: 'executive',
    dtoIn: { parent: 'string!', slot: 'string!', child: 'string!', properties: 'object' },
    run: (store, call) => assemble(store, call, text(call, 'slot')),
  },
  disassembleComponent: {
    method: 'POST',
    role: 'executive',
    dtoIn: { parent: 'string!', child: 'string!', trashed: 'boolean' },
    run: disassemble,
  },
};

/** Into the slot that is named, or into the first free one of the child's type. */
function assemble(store: Store, call: Call, slotId: string | undefined): JsonObject {
  const parent = componentNamed(store, call, 'parent');
  const child = componentNamed(store, call, 'child');
  if (parent.currentLocation !== child.currentLocation)
    throw new Refusal('componentAtDifferentLocation', 'Parent and child are at different locations.');
  if (child.parents.length > 0)
    throw new Refusal('childComponentAlreadyAssembled', 'The child is assembled already.');
  const slot = parent.children.find(
    (entry) =>
      entry.component === null &&
      entry.componentType === child.componentType &&
      (slotId === undefined || entry.id === slotId),
  );
  if (!slot) throw new Refusal('noFreeSlot', `Parent has no free slot for ${child.componentType}.`);
  const filled = { ...slot, component: child.code, properties: objectOf(call.dtoIn.properties) };
  store.saveComponent({ ...child, parents: [parent.code] });
  return answer(store, parent, replaceSlot(parent, filled));
}

function disassemble(store: Store, call: Call): JsonObject {
  const parent = componentNamed(store, call, 'parent');
  const child = componentNamed(store, call, 'child');
  const slot = parent.children.find((entry) => entry.component === child.code);
  if (!slot) throw new Refusal('childIsNotAssembled', 'The child is not part of this parent.');
  const trashed = child.trashed || call.dtoIn.trashed === true;
  store.saveComponent({ ...child, parents: [], trashed });
  return answer(store, parent, replaceSlot(parent, { ...slot, component: null, properties: {} }));
}

function replaceSlot(
  parent: ComponentRecord,
  slot: ComponentRecord['children'][number],
): ComponentRecord['children'] {
  return parent.children.map((entry) => (entry.id === slot.id ? slot : entry));
}

function answer(store: Store, parent: ComponentRecord, children: ComponentRecord['children']): JsonObject {
  return { component: fullComponent(store, store.saveComponent({ ...parent, children })) };
}
