import { type JsonObject, objectOf, textOf } from '../json.ts';
import { DatabaseFault } from './faults.ts';

/** Commands whose answer is one thing with an id or a code; without it nobody knows what was found or made. */
const ofOneThing =
  /^(getComponent|getTestRun|getComponentTypeByCode|registerComponent|uploadTestRunResults|create\w+Attachment)$/;
const lists = ['pageItemList', 'itemList', 'testRunList'];

/**
 * Demands of an answer what its command answers with. A proxy or a log-in page may say 200 and `{}`, or nothing: as an
 * answer that would mean that a component has no test runs, a test type does not exist, or a result has arrived.
 */
export function demandExpected(command: string, body: JsonObject, writes: boolean): void {
  if (command.startsWith('list') || command === 'getTestRunBulk') {
    if (!lists.some((key) => Array.isArray(body[key])) && body.pageInfo === undefined)
      throw notTheAnswer(command, 'no list', writes);
  } else if (ofOneThing.test(command)) {
    const thing = [body, objectOf(body.component), objectOf(body.testRun)];
    if (!thing.some(({ id, code }) => textOf(id) ?? textOf(code)))
      throw notTheAnswer(command, 'neither id nor code', writes);
  }
}

function notTheAnswer(command: string, what: string, writes: boolean): DatabaseFault {
  return new DatabaseFault(
    {
      code: 'E8016',
      what: `${command}: the answer has ${what}, as if something else than the database had given it.`,
      remedy:
        'A log-in page of the network or a proxy may stand between: open the address in a browser. If it stays so, report it with this line.',
    },
    { effect: writes ? 'unknown' : 'none', passing: true, status: 200 },
  );
}
