import type { FilePart, ItkdbClient } from '../client/client.ts';
import { isRefusal } from '../client/faults.ts';
import { listAll } from '../client/paging.ts';
import { attachmentOf, listedTestRunOf, testRunOf } from '../definitions/shapes.ts';
import { type JsonObject, objectOf, objectsOf, textOf } from '../json.ts';
import type { Attachment, ComponentReference, ListedTestRun, TestRun, TestRunDocument } from '../model.ts';
import type { AttachmentText } from './components.ts';

/** Answers with the id of the new test run. The database accepts the same document twice: send through the outbox. */
export async function uploadTestRun(
  client: ItkdbClient,
  document: TestRunDocument,
  signal?: AbortSignal,
): Promise<string> {
  const answer = await client.post('uploadTestRunResults', document as unknown as JsonObject, signal);
  return textOf(objectOf(answer.testRun).id) ?? textOf(answer.id) ?? '';
}

/** One test run with its values; undefined where there is none of that id. */
export async function getTestRun(
  client: ItkdbClient,
  testRun: string,
  signal?: AbortSignal,
): Promise<TestRun | undefined> {
  try {
    return testRunOf(await client.get('getTestRun', { testRun }, signal));
  } catch (error) {
    if (isRefusal(error, 'testRunDaoGetFailed')) return undefined;
    throw error;
  }
}

/** In chunks of 100, as the database's own clients ask; missing ones are left out. */
export async function getTestRuns(
  client: ItkdbClient,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<TestRun[]> {
  const found: TestRun[] = [];
  for (let from = 0; from < ids.length; from += 100) {
    const answer = await client.get('getTestRunBulk', { testRun: ids.slice(from, from + 100) }, signal);
    // The name of the list is not certain; clients accept both.
    found.push(...objectsOf(answer.testRunList ?? answer.itemList).map(testRunOf));
  }
  return found;
}

/** Test runs of one component; what else is given must match. */
export interface TestRunFilter {
  component: ComponentReference;
  testType?: string;
  stage?: string;
  runNumber?: string;
}

/** In every state: what asks if something arrived must also see what was marked for deletion meanwhile. */
export async function* listTestRuns(
  client: ItkdbClient,
  filter: TestRunFilter,
  signal?: AbortSignal,
): AsyncGenerator<ListedTestRun> {
  for await (const item of listAll(
    client,
    'listTestRunsByComponent',
    { ...filter },
    signal ? { signal } : {},
  )) {
    const run = listedTestRunOf(item);
    // Filters that a server does not know are dropped with a warning, so what they would leave out is left out here.
    if (filter.runNumber !== undefined && run.runNumber !== filter.runNumber) continue;
    if (filter.testType !== undefined && run.testType !== '' && run.testType !== filter.testType) continue;
    yield run;
  }
}

/** Marks it: the database keeps it as `requestedToDelete`. */
export async function deleteTestRun(client: ItkdbClient, testRun: string): Promise<void> {
  await client.post('deleteTestRun', { testRun });
}

/** Attaches a file to a test run. */
export async function attachToTestRun(
  client: ItkdbClient,
  testRun: string,
  { title, description }: AttachmentText,
  file: FilePart,
  signal?: AbortSignal,
): Promise<Attachment> {
  const fields = { testRun, type: 'file', title, description };
  return attachmentOf(await client.postFile('createTestRunAttachment', fields, file, signal));
}

/** The bytes of an attachment, by its code. */
export async function getTestRunAttachment(
  client: ItkdbClient,
  testRun: string,
  code: string,
): Promise<FilePart> {
  return client.download('getTestRunAttachment', { testRun, code });
}

/** Deletes an attachment, by its code. */
export async function deleteTestRunAttachment(
  client: ItkdbClient,
  testRun: string,
  code: string,
): Promise<void> {
  await client.post('deleteTestRunAttachment', { testRun, code });
}
