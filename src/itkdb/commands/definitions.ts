import type { ItkdbClient } from '../client/client.ts';
import { listAll } from '../client/paging.ts';
import { componentTypeOf, institutionOf, testTypeOf, userOf } from '../definitions/shapes.ts';
import { codeOf, objectOf, textOf } from '../json.ts';
import type { ComponentType, Institution, Named, TestType, User } from '../model.ts';

/** Every institution of the database. */
export async function listInstitutions(client: ItkdbClient): Promise<Institution[]> {
  return collect(listAll(client, 'listInstitutions', {}), institutionOf);
}

/** Every project: `P` is that of the pixels. */
export async function listProjects(client: ItkdbClient): Promise<Named[]> {
  return collect(listAll(client, 'listProjects', {}), namedOf);
}

/** The active component types of a project. */
export async function listComponentTypes(client: ItkdbClient, project: string): Promise<ComponentType[]> {
  const types = listAll(client, 'listComponentTypes', { filterMap: { project, state: 'active' } });
  return collect(types, componentTypeOf);
}

/** One component type, by its code. */
export async function getComponentType(
  client: ItkdbClient,
  project: string,
  code: string,
): Promise<ComponentType> {
  const answer = await client.get('getComponentTypeByCode', { project, code });
  return componentTypeOf('componentType' in answer ? objectOf(answer.componentType) : answer);
}

/** The test types of a component type, each with its fields. */
export async function listTestTypes(
  client: ItkdbClient,
  project: string,
  componentType: string,
): Promise<TestType[]> {
  return collect(listAll(client, 'listTestTypes', { project, componentType }), testTypeOf);
}

/** A user by the identity in the token. */
export async function getUser(client: ItkdbClient, userIdentity: string): Promise<User> {
  return userOf(await client.get('getUser', { userIdentity }));
}

async function collect<T, U>(items: AsyncIterable<T>, map: (item: T) => U): Promise<U[]> {
  const all: U[] = [];
  for await (const item of items) all.push(map(item));
  return all;
}

function namedOf(entry: Parameters<typeof institutionOf>[0]): Named {
  return { code: codeOf(entry) ?? '', name: textOf(entry.name) ?? '' };
}
