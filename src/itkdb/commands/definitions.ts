import type { ItkdbClient } from '../client.ts';
import { codeOf, objectOf, textOf } from '../json.ts';
import type { ComponentType, Institution, Named, TestType, User } from '../model.ts';
import { listAll } from '../paging.ts';
import { componentTypeOf, institutionOf, testTypeOf, userOf } from '../shapes.ts';

export async function listInstitutions(client: ItkdbClient): Promise<Institution[]> {
  return collect(listAll(client, 'listInstitutions', {}), institutionOf);
}

export async function listProjects(client: ItkdbClient): Promise<Named[]> {
  return collect(listAll(client, 'listProjects', {}), namedOf);
}

export async function listComponentTypes(client: ItkdbClient, project: string): Promise<ComponentType[]> {
  const types = listAll(client, 'listComponentTypes', { filterMap: { project, state: 'active' } });
  return collect(types, componentTypeOf);
}

export async function getComponentType(
  client: ItkdbClient,
  project: string,
  code: string,
): Promise<ComponentType> {
  const answer = await client.get('getComponentTypeByCode', { project, code });
  return componentTypeOf('componentType' in answer ? objectOf(answer.componentType) : answer);
}

export async function listTestTypes(
  client: ItkdbClient,
  project: string,
  componentType: string,
): Promise<TestType[]> {
  return collect(listAll(client, 'listTestTypes', { project, componentType }), testTypeOf);
}

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
