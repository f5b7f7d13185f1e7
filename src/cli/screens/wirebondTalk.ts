import type { Talk } from '../../terminal/talk/talk.ts';
import type { DatabaseArguments } from '../database/connection.ts';
import { withDocumentQueue } from '../database/documentQueue.ts';
import { runWirebond } from '../wirebond.ts';
import { askerIn, personIn } from './personAtScreens.ts';

/** Pull files: whose they are, what they say, and into the queue. The words are those of `baton wirebond`. */
export async function wirebondTalk(
  args: DatabaseArguments,
  files: readonly string[],
  component: string,
  talk: Talk,
): Promise<void> {
  await withDocumentQueue(
    args,
    (queueDocument) =>
      runWirebond(
        {
          ...args,
          json: false,
          files: [...files],
          component: component === '' ? undefined : component,
          title: 'Wirebond pulls',
          institution: undefined,
          stage: undefined,
          criteria: undefined,
          dryRun: false,
          yes: false,
          dateOrder: undefined,
          unit: undefined,
          operator: undefined,
          instrument: undefined,
          date: undefined,
        },
        {
          queueDocument: (document, attached) =>
            queueDocument({ ...document, results: { ...document.results } }, attached),
          asker: askerIn(talk),
          write: (line) => talk.say(line),
          complain: (line) => talk.say(line),
          now: Date.now,
        },
      ),
    personIn(talk),
  );
}
