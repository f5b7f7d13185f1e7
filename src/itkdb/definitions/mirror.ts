import type { ItkdbClient } from '../client/client.ts';
import { listAll } from '../client/paging.ts';
import { type JsonObject, objectsOf, textOf } from '../json.ts';
import type { Store } from '../server/store.ts';

interface MirrorProgress {
  /** `P/MODULE` */
  what: string;
  count: number;
}

interface Mirrored {
  institutions: number;
  componentTypes: number;
  testTypes: number;
}

/**
 * Copies the definitions of a database into the local one: institutions, projects, component types with their stages,
 * test types. From then on the local one checks by the rules of the real one. Components and results are not copied.
 */
export async function mirrorDefinitions(
  client: ItkdbClient,
  store: Store,
  { projects, componentTypes }: { projects: readonly string[]; componentTypes?: readonly string[] },
  onProgress: (progress: MirrorProgress) => void = () => {},
): Promise<Mirrored> {
  const mirrored: Mirrored = { institutions: 0, componentTypes: 0, testTypes: 0 };
  // Everything is fetched first and written in one piece: a broken connection leaves the old definitions whole.
  const writes: (() => void)[] = [];
  for await (const institution of listAll(client, 'listInstitutions', {})) {
    mirrored.institutions += 1;
    writes.push(() => store.define('institution', institution));
  }
  onProgress({ what: 'institutions', count: mirrored.institutions });
  const names = await collect(listAll(client, 'listProjects', {}));
  for (const project of projects) {
    const subprojects = await collect(listAll(client, 'listSubprojects', { project }));
    const name = textOf(names.find(({ code }) => code === project)?.name) ?? project;
    writes.push(() => store.define('project', { code: project, name, subprojects }));
    const filterMap = { project, state: 'active' };
    for (const type of await collect(listAll(client, 'listComponentTypes', { filterMap }))) {
      const code = textOf(type.code);
      if (!code || (componentTypes && !componentTypes.includes(code))) continue;
      const detail = objectsOf(type.stages).length > 0 ? type : await whole(client, project, code);
      mirrored.componentTypes += 1;
      writes.push(() => store.define('componentType', detail, project));
      const testTypes = await collect(listAll(client, 'listTestTypes', { project, componentType: code }));
      mirrored.testTypes += testTypes.length;
      for (const testType of testTypes) writes.push(() => store.define('testType', testType, project, code));
      onProgress({ what: `${project}/${code}`, count: testTypes.length });
    }
  }
  store.sql.transaction(() => {
    for (const write of writes) write();
    store.setNote('definitions', `${client.name} ${new Date().toISOString()}`);
  });
  return mirrored;
}

/** A list may leave the stages out. */
async function whole(client: ItkdbClient, project: string, code: string): Promise<JsonObject> {
  const { uuAppErrorMap: _warnings, ...type } = await client.get('getComponentTypeByCode', { project, code });
  return type;
}

async function collect(items: AsyncIterable<JsonObject>): Promise<JsonObject[]> {
  const all: JsonObject[] = [];
  for await (const item of items) all.push(item);
  return all;
}
