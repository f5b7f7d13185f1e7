import { type JsonObject, listOf } from '../../json.ts';
import { type Call, componentNamed, institutionNamed, type LocalCommands, pageOf, text } from '../command.ts';
import { listKeys } from '../dtoIn.ts';
import { listAttachments, namedDefinition } from '../forms.ts';
import { Refusal } from '../refusal.ts';
import { newCode, newId, type Store } from '../store.ts';

interface ShipmentRecord {
  id: string;
  name: string;
  status: string;
  type: string;
  sender: string;
  recipient: string;
  items: string[];
  trackingNumber: string | null;
  comments: { code: string; comment: string; dateTime: string; userIdentity: string }[];
  history: { status: string; dateTime: string; userIdentity: string }[];
}

/** What a shipment may become, from what it is. */
const next: Readonly<Record<string, readonly string[]>> = {
  prepared: ['prepared', 'inTransit', 'delivered', 'undelivered'],
  inTransit: ['inTransit', 'delivered', 'deliveredIncomplete', 'deliveredWithDamage', 'undelivered'],
};
const types = ['domestic', 'intraContinental', 'continental'];

export const shipmentCommands: LocalCommands = {
  createShipment: {
    method: 'POST',
    role: 'executive',
    dtoIn: {
      name: 'string!',
      sender: 'string!',
      recipient: 'string!',
      type: 'string!',
      shipmentItems: 'array!',
      trackingNumber: 'string',
      shippingService: 'string',
      comments: 'array',
    },
    run: create,
  },
  updateShipment: {
    method: 'POST',
    role: 'executive',
    dtoIn: { shipment: 'string!', recipient: 'string!', type: 'string!', status: 'string!' },
    run: update,
  },
  deleteShipment: {
    method: 'POST',
    role: 'executive',
    dtoIn: { shipment: 'string!' },
    run: (store, call) => {
      const { id } = shipmentNamed(store, call);
      store.sql.run('DELETE FROM shipments WHERE id=?', id);
      return { id };
    },
  },
  createShipmentComment: {
    method: 'POST',
    role: 'reader',
    dtoIn: { shipment: 'string!', comments: 'array!' },
    run: (store, call) => {
      const shipment = shipmentNamed(store, call);
      shipment.comments.push(...commentsOf(call));
      return form(store, save(store, shipment));
    },
  },
  getShipment: {
    method: 'GET',
    role: 'reader',
    dtoIn: { shipment: 'string!' },
    run: (store, call) => form(store, shipmentNamed(store, call)),
  },
  listShipmentsByComponent: {
    method: 'GET',
    role: 'reader',
    dtoIn: { component: 'string!', status: 'string', ...listKeys },
    run: (store, call) => {
      const { code } = componentNamed(store, call);
      return list(store, call, ({ items }) => items.includes(code));
    },
  },
  listShipmentsByInstitution: {
    method: 'GET or POST',
    role: 'reader',
    dtoIn: { code: 'string!', status: 'string', ...listKeys },
    run: (store, call) => {
      const code = text(call, 'code');
      return list(store, call, ({ sender, recipient }) => sender === code || recipient === code);
    },
  },
};

export function shipmentNamed(store: Store, call: Call): ShipmentRecord {
  const id = text(call, 'shipment');
  const row = store.sql.get<{ record: string }>('SELECT record FROM shipments WHERE id=?', id);
  if (!row) throw new Refusal('shipmentDoesNotExist', `Shipment ${id} does not exist.`, { shipment: id });
  return JSON.parse(row.record) as ShipmentRecord;
}

function create(store: Store, call: Call): JsonObject {
  const sender = String(institutionNamed(store, text(call, 'sender')).code);
  const recipient = String(institutionNamed(store, text(call, 'recipient')).code);
  checkType(call);
  const items = listOf(call.dtoIn.shipmentItems).map((item) => {
    const component = store.component(String(item));
    if (!component)
      throw new Refusal('componentDoesNotExist', `Component ${String(item)} does not exist.`, {
        component: item,
      });
    if (component.currentLocation !== sender)
      throw new Refusal('componentAtDifferentLocation', `Component ${component.code} is not at ${sender}.`);
    store.saveComponent({ ...component, shipmentDestination: recipient });
    return component.code;
  });
  const shipment: ShipmentRecord = {
    id: newId(),
    name: text(call, 'name'),
    status: 'prepared',
    type: text(call, 'type'),
    sender,
    recipient,
    items,
    trackingNumber: call.dtoIn.trackingNumber === undefined ? null : text(call, 'trackingNumber'),
    comments: commentsOf(call),
    history: [{ status: 'prepared', dateTime: call.now, userIdentity: call.user.userIdentity }],
  };
  store.sql.run(
    'INSERT INTO shipments(id, sender, recipient, status, record) VALUES(?,?,?,?,?)',
    shipment.id,
    sender,
    recipient,
    shipment.status,
    JSON.stringify(shipment),
  );
  return form(store, shipment);
}

/** Delivery is what moves the components. */
function update(store: Store, call: Call): JsonObject {
  const shipment = shipmentNamed(store, call);
  const status = text(call, 'status');
  checkType(call);
  if (!(next[shipment.status] ?? []).includes(status))
    throw new Refusal('invalidStatus', `A shipment that is ${shipment.status} cannot become ${status}.`, {
      status,
    });
  const recipient = String(institutionNamed(store, text(call, 'recipient')).code);
  if (status.startsWith('delivered'))
    for (const item of shipment.items) {
      const component = store.component(item);
      if (component)
        store.saveComponent({ ...component, currentLocation: recipient, shipmentDestination: null });
    }
  return form(
    store,
    save(store, {
      ...shipment,
      recipient,
      status,
      type: text(call, 'type'),
      history: [...shipment.history, { status, dateTime: call.now, userIdentity: call.user.userIdentity }],
    }),
  );
}

function checkType(call: Call): void {
  if (!types.includes(text(call, 'type')))
    throw new Refusal('invalidDtoIn', 'DtoIn is not valid.', {
      invalidValueKeyMap: { '$.type': { 'uu-appg01/validation/invalidValue': types.join(' | ') } },
    });
}

function commentsOf(call: Call): ShipmentRecord['comments'] {
  return listOf(call.dtoIn.comments).map((comment) => ({
    code: newCode(),
    comment: String(comment),
    dateTime: call.now,
    userIdentity: call.user.userIdentity,
  }));
}

function save(store: Store, shipment: ShipmentRecord): ShipmentRecord {
  store.sql.run(
    'UPDATE shipments SET recipient=?, status=?, record=? WHERE id=?',
    shipment.recipient,
    shipment.status,
    JSON.stringify(shipment),
    shipment.id,
  );
  return shipment;
}

function list(store: Store, call: Call, wanted: (shipment: ShipmentRecord) => boolean): JsonObject {
  const status = call.dtoIn.status;
  const all = store.sql
    .all<{ record: string }>('SELECT record FROM shipments ORDER BY n')
    .map(({ record }) => JSON.parse(record) as ShipmentRecord)
    .filter((shipment) => wanted(shipment) && (status === undefined || shipment.status === status));
  return pageOf(
    call,
    all.map((shipment) => form(store, shipment)),
  );
}

function form(store: Store, shipment: ShipmentRecord): JsonObject {
  const { items, sender, recipient, ...rest } = shipment;
  return {
    ...rest,
    sender: namedDefinition(store, 'institution', sender),
    recipient: namedDefinition(store, 'institution', recipient),
    shipmentItems: items.map((code) => ({
      code,
      serialNumber: store.component(code)?.serialNumber ?? null,
    })),
    attachments: listAttachments(store, 'shipment', shipment.id),
  };
}
