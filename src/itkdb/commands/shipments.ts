import type { FilePart, ItkdbClient } from '../client/client.ts';
import { listAll } from '../client/paging.ts';
import { attachmentOf } from '../definitions/shapes.ts';
import { codeOf, type JsonObject, listOf, objectOf, textOf } from '../json.ts';
import type { Attachment, ComponentReference } from '../model.ts';
import type { AttachmentText } from './components.ts';

/** Every status that a shipment can have, in the usual order. */
export const shipmentStatuses = [
  'prepared',
  'inTransit',
  'delivered',
  'deliveredIncomplete',
  'deliveredWithDamage',
  'undelivered',
] as const;
/** Where a shipment is. */
export type ShipmentStatus = (typeof shipmentStatuses)[number];
/** How far a shipment goes, in the database’s words. */
export type ShipmentType = 'domestic' | 'intraContinental' | 'continental';

/** A shipment as it is. */
export interface Shipment {
  id: string;
  name: string;
  status: ShipmentStatus;
  sender: string;
  recipient: string;
  /** Codes of the components. */
  items: readonly string[];
}

/** A shipment that is to be. */
export interface NewShipment {
  name: string;
  sender: string;
  recipient: string;
  type: ShipmentType;
  /** Codes, not serial numbers. */
  shipmentItems: readonly string[];
  trackingNumber?: string;
  comments?: readonly string[];
}

/** Always `prepared` at first: `status` is not a key of createShipment, contrary to its documentation. */
export async function createShipment(client: ItkdbClient, shipment: NewShipment): Promise<Shipment> {
  return shipmentOf(await client.post('createShipment', { ...shipment }));
}

/** `delivered` is what moves the components to the recipient. */
export async function updateShipment(
  client: ItkdbClient,
  change: { shipment: string; recipient: string; type: ShipmentType; status: ShipmentStatus },
): Promise<Shipment> {
  return shipmentOf(await client.post('updateShipment', { ...change }));
}

/** One shipment, by its id. */
export async function getShipment(client: ItkdbClient, shipment: string): Promise<Shipment> {
  return shipmentOf(await client.get('getShipment', { shipment }));
}

/** The shipments that a component was part of. */
export async function* listShipmentsOf(
  client: ItkdbClient,
  component: ComponentReference,
): AsyncGenerator<Shipment> {
  for await (const item of listAll(client, 'listShipmentsByComponent', { component })) yield shipmentOf(item);
}

/** Attaches a file to a shipment. */
export async function attachToShipment(
  client: ItkdbClient,
  shipment: string,
  { title }: AttachmentText,
  file: FilePart,
): Promise<Attachment> {
  const fields = { shipment, type: 'file', title };
  return attachmentOf(await client.postFile('createShipmentAttachment', fields, file));
}

function shipmentOf(answer: JsonObject): Shipment {
  const raw = 'shipment' in answer ? objectOf(answer.shipment) : answer;
  const status = textOf(raw.status) as ShipmentStatus | undefined;
  return {
    id: textOf(raw.id) ?? '',
    name: textOf(raw.name) ?? '',
    status: status && shipmentStatuses.includes(status) ? status : 'prepared',
    sender: codeOf(raw.sender) ?? '',
    recipient: codeOf(raw.recipient) ?? '',
    items: listOf(raw.shipmentItems).flatMap((item) => codeOf(item) ?? []),
  };
}
