import type { FilePart, ItkdbClient } from '../client/client.ts';
import { isRefusal } from '../client/faults.ts';
import { listAll } from '../client/paging.ts';
import { attachmentOf, componentOf } from '../definitions/shapes.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Attachment, Component, ComponentReference } from '../model.ts';

/**
 * One component with its test runs. Throws `DatabaseFault`; `isRefusal(error, 'componentDoesNotExist')` for a name
 * that nothing has.
 */
export async function getComponent(
  client: ItkdbClient,
  component: ComponentReference,
  signal?: AbortSignal,
): Promise<Component> {
  return componentOf(await client.get('getComponent', { component }, signal));
}

/** Undefined when the database has none of that name; every other fault is thrown. */
export async function findComponent(
  client: ItkdbClient,
  component: ComponentReference,
  signal?: AbortSignal,
): Promise<Component | undefined> {
  try {
    return await getComponent(client, component, signal);
  } catch (error) {
    if (isRefusal(error, 'componentDoesNotExist')) return undefined;
    throw error;
  }
}

/** By the alternative identifier, such as a local name. */
export async function getComponentByAlternativeIdentifier(
  client: ItkdbClient,
  component: string,
): Promise<Component> {
  return componentOf(await client.get('getComponent', { component, alternativeIdentifier: true }));
}

/** What is given must match; codes as the database has them. */
export interface ComponentFilter {
  project?: string;
  componentType?: string | readonly string[];
  type?: string;
  institution?: string;
  currentLocation?: string;
  currentStage?: string;
  /** The whole number or its beginning. */
  serialNumber?: string;
}

/** Components that are in use: neither trashed nor marked for deletion. */
export async function* listComponents(
  client: ItkdbClient,
  filter: ComponentFilter,
  signal?: AbortSignal,
): AsyncGenerator<Component> {
  const filterMap = { ...(filter as JsonObject), state: ['ready'], trashed: false };
  for await (const item of listAll(
    client,
    'listComponents',
    { filterMap, outputType: 'full' },
    signal ? { signal } : {},
  ))
    yield componentOf(item);
}

/** Those that the user has registered. */
export async function* listMyComponents(
  client: ItkdbClient,
  filter: { project?: string } = {},
): AsyncGenerator<Component> {
  for await (const item of listAll(client, 'listMyComponents', { ...filter })) yield componentOf(item);
}

/** By a property such as LOCAL_NAME or RFID. */
export async function* listComponentsByProperty(
  client: ItkdbClient,
  filter: { project: string; componentType: string; code: string; value: Json },
): AsyncGenerator<Component> {
  const { project, componentType, code, value } = filter;
  const propertyFilter = [{ code, operator: '=', value }];
  const filterMap = { project, componentType, propertyFilter, state: ['ready'] };
  for await (const item of listAll(client, 'listComponentsByProperty', { filterMap }))
    yield componentOf(item);
}

/** A component that is to be; `serialNumber` not given: the database makes one. */
export interface Registration {
  project: string;
  subproject: string;
  institution: string;
  componentType: string;
  type: string;
  properties: Readonly<Record<string, Json>>;
  serialNumber?: string;
  comments?: readonly string[];
}

/**
 * Registers a component, at most once. Throws `DatabaseFault`; where `mayHaveArrived` says so, look before it is
 * tried again.
 */
export async function registerComponent(client: ItkdbClient, registration: Registration): Promise<Component> {
  return componentOf(await client.post('registerComponent', { ...registration }));
}

/** `rework` when the stage lies before the present one. */
export async function setComponentStage(
  client: ItkdbClient,
  component: ComponentReference,
  stage: string,
  options: { comment?: string; rework?: boolean } = {},
): Promise<Component> {
  return componentOf(await client.post('setComponentStage', { component, stage, ...options }));
}

/** Sets one property, by its code; the value as its definition wants it. */
export async function setComponentProperty(
  client: ItkdbClient,
  component: ComponentReference,
  code: string,
  value: Json,
): Promise<void> {
  await client.post('setComponentProperty', { component, code, value });
}

/** Adds a comment; the component as it is then. */
export async function addComponentComment(
  client: ItkdbClient,
  component: ComponentReference,
  comment: string,
): Promise<Component> {
  return componentOf(await client.post('createComponentComment', { component, comments: [comment] }));
}

/** What is shown of an attachment. */
export interface AttachmentText {
  title: string;
  description: string;
}

/** Attaches a file to a component. */
export async function attachToComponent(
  client: ItkdbClient,
  component: ComponentReference,
  { title, description }: AttachmentText,
  file: FilePart,
  signal?: AbortSignal,
): Promise<Attachment> {
  const fields = { component, type: 'file', title, description };
  return attachmentOf(await client.postFile('createComponentAttachment', fields, file, signal));
}

/** The bytes of an attachment, by its code. */
export async function getComponentAttachment(
  client: ItkdbClient,
  component: ComponentReference,
  code: string,
): Promise<FilePart> {
  return client.download('getComponentAttachment', { component, code });
}

/** Deletes an attachment, by its code. */
export async function deleteComponentAttachment(
  client: ItkdbClient,
  component: ComponentReference,
  code: string,
): Promise<void> {
  await client.post('deleteComponentAttachment', { component, code });
}

/** Puts the child into the first free slot of its type. */
export async function assembleComponent(
  client: ItkdbClient,
  parent: ComponentReference,
  child: ComponentReference,
): Promise<void> {
  await client.post('assembleComponent', { parent, child });
}
