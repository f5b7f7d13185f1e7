import type { Problem } from '../../base/errors.ts';
import { getComponent } from '../commands/components.ts';
import { deleteTestRun, getTestRuns, listTestRuns, uploadTestRun } from '../commands/testRuns.ts';
import type { JsonObject } from '../json.ts';
import type { Component, TestRun, TestRunDocument } from '../model.ts';
import { compareTestRuns, contentKey, sameContent, valuesOf } from '../testRuns/compareTestRuns.ts';
import { checkByDefinitions } from '../testRuns/definitionCheck.ts';
import { completeDraft } from './completeDraft.ts';
import type { Entry, Outcome, TestRunDraft } from './entry.ts';
import { Recent } from './recent.ts';
import type { Delivered, Delivery, SenderOptions, Sending } from './sending.ts';

/** No result is sent by definitions that are older, while they can be asked for. */
const definitionsMs = 3_600_000;

/** Test runs: asked for when in doubt, checked, compared with what is there, sent, read back. */
export class TestRunSending implements Sending {
  readonly #options: SenderOptions;
  /** Where a component is and at which stage; looked at again after a minute. */
  readonly #components = new Recent<Component>(100, 60_000);
  /** Test runs of others, by component and test type: what a new one is compared with. */
  readonly #others = new Recent<readonly (TestRun & { key: string })[]>(100, 60_000);

  constructor(options: SenderOptions) {
    this.#options = options;
  }

  async deliver(entry: Entry): Promise<Delivery> {
    const { client } = this.#options;
    const draft = draftOf(entry);
    if (entry.doubt) {
      const found = await this.#findArrived(entry, draft);
      this.#tell('asked', entry);
      if (found) return found;
    }
    const component = await this.#components.get(draft.component, () =>
      getComponent(client, draft.component),
    );
    const { definitions } = this.#options;
    // What the database does not know it drops, and a value that was renamed there would be lost on the way.
    await definitions.renew(component.project, component.componentType, definitionsMs);
    const type = await definitions.componentType(component.project, component.componentType);
    const document = completeDraft(draft, component, type);
    const problems = await checkByDefinitions(document as unknown as JsonObject, component, definitions);
    if (problems.length > 0) return { hold: problems };
    const near = entry.approved ? undefined : await this.#nearDuplicate(entry, document, component);
    if (near) return near;
    this.#tell('sending', entry);
    return { remote: await uploadTestRun(client, document) };
  }

  async confirm(delivered: readonly Delivered[]): Promise<Outcome[]> {
    const { client } = this.#options;
    const listed = await Promise.all(
      delivered.map(async ({ entry, remote }) => {
        const draft = draftOf(entry);
        const ids: string[] = [];
        for await (const run of listTestRuns(client, filterOf(draft)))
          if (run.state === 'ready') ids.push(run.id);
        // A list may lag behind; by its id it is seen at once.
        if (remote !== '' && !ids.includes(remote)) ids.push(remote);
        return { entry, draft, remote, ids };
      }),
    );
    const runs = new Map(
      (
        await getTestRuns(
          client,
          listed.flatMap(({ ids }) => ids),
        )
      ).map((run) => [run.id, run]),
    );
    const outcomes: Outcome[] = [];
    for (const { entry, draft, remote, ids } of listed)
      outcomes.push(
        await this.#confirmOne(
          entry,
          draft,
          remote,
          ids.flatMap((id) => runs.get(id) ?? []),
        ),
      );
    return outcomes;
  }

  async #confirmOne(
    entry: Entry,
    draft: TestRunDraft,
    remote: string,
    found: readonly TestRun[],
  ): Promise<Outcome> {
    const ready = found.filter(({ state, runNumber }) => state === 'ready' && runNumber === draft.runNumber);
    const mine = ready.filter((run) => sameContent(contentOf(draft), run));
    const [kept, ...surplus] = [...mine].sort((a, b) => (a.created < b.created ? -1 : 1));
    if (!kept) {
      const changed = found.find(({ id }) => id === remote);
      return changed
        ? {
            n: entry.n,
            state: 'held',
            remote,
            problems: [alteredProblem(draft, changed)],
            note: 'read back altered',
          }
        : { n: entry.n, state: 'waiting', doubt: true, remote, note: 'not found when read back' };
    }
    // The database takes the same request twice, and so do things between. These are copies of our own run, equal in
    // number and content; they are marked for deletion, which a person can still refuse.
    for (const copy of surplus) await deleteTestRun(this.#options.client, copy.id);
    const extra = surplus.length > 0 ? `; ${surplus.length} more of the same marked for deletion` : '';
    return { n: entry.n, state: 'confirmed', remote: kept.id, note: `confirmed as ${kept.id}${extra}` };
  }

  /** After a lost answer: is it there? A run of the same number with other content is for a person to look at. */
  async #findArrived(entry: Entry, draft: TestRunDraft): Promise<Delivery | undefined> {
    const { client } = this.#options;
    const listed = [];
    for await (const run of listTestRuns(client, filterOf(draft))) listed.push(run);
    const runs = await getTestRuns(
      client,
      listed.map(({ id }) => id),
    );
    const mine = runs.filter((run) => sameContent(contentOf(draft), run));
    const ready = mine.find(({ state }) => state === 'ready');
    if (ready) return { remote: ready.id };
    const deleted = mine[0];
    if (deleted && !entry.approved) return { hold: [deletedProblem(draft, deleted)], remote: deleted.id };
    const other = runs.find(({ state }) => state === 'ready');
    if (other && !entry.approved) return { hold: [otherContentProblem(draft, other)], remote: other.id };
    // The database has said that it took it: it is looked for again, not sent again.
    return entry.remote === undefined ? undefined : { remote: entry.remote };
  }

  /** What is like it already: in this queue, or in the database by somebody else or by a queue on another machine. */
  async #nearDuplicate(
    entry: Entry,
    draft: TestRunDocument,
    component: Component,
  ): Promise<Delivery | undefined> {
    const { similar } = this.#options.outbox;
    const twin = similar.sameContent(entry);
    if (twin) return ownHold(sameContentProblem(draft, `entry ${twin.n} of this queue`), twin);
    const namesake = similar.sameNumber(entry);
    if (namesake) return ownHold(sameNumberProblem(draft, namesake), namesake);
    const others = await this.#testRunsOfOthers(draft, component);
    const numbered = others.filter(({ runNumber }) => runNumber === draft.runNumber);
    const key = contentKey(contentOf(draft));
    const here = numbered.find((run) => run.key === key);
    if (here) return { remote: here.id };
    const [other] = numbered;
    if (other) return { hold: [otherContentProblem(draft, other)], remote: other.id };
    const stage = draft.stage ?? component.currentStage;
    const equal = others.find(
      (run) => (run.component.stage === undefined || run.component.stage === stage) && run.key === key,
    );
    return equal && { hold: [sameContentProblem(draft, `test run ${equal.id}`)], remote: equal.id };
  }

  /** The last 200 of the same component and test type that this queue has not sent. */
  #testRunsOfOthers(
    draft: TestRunDraft,
    component: Component,
  ): Promise<readonly (TestRun & { key: string })[]> {
    const { client, outbox } = this.#options;
    return this.#others.get(`${component.code} ${draft.testType}`, async () => {
      const ids: string[] = [];
      for await (const run of listTestRuns(client, { component: draft.component, testType: draft.testType }))
        if (run.state === 'ready' && !outbox.similar.sent(client.name, run.id)) ids.push(run.id);
      const runs = await getTestRuns(client, ids.slice(-200));
      return runs.map((run) => ({ ...run, key: contentKey(run) }));
    });
  }

  #tell(what: 'asked' | 'sending', entry: Entry): void {
    this.#options.onEvent?.({ what, entry });
  }
}

export function draftOf(entry: Entry): TestRunDraft {
  return entry.content as unknown as TestRunDraft;
}

/** The values of a draft, in the form in which runs of the database are compared. */
export function contentOf(draft: TestRunDraft): Parameters<typeof sameContent>[0] {
  return {
    passed: draft.passed,
    problems: draft.problems ?? false,
    properties: draft.properties ?? {},
    results: draft.results,
  };
}

function filterOf(draft: TestRunDraft): Parameters<typeof listTestRuns>[1] {
  return { component: draft.component, testType: draft.testType, runNumber: draft.runNumber };
}

function ownHold(problem: Problem, { remote }: Entry): Delivery {
  return { hold: [problem], ...(remote === undefined ? {} : { remote }) };
}

const compareRemedy =
  '`baton queue show` compares both field by field; then `baton queue retry --anyway`, or `baton queue drop` with a reason.';

function sameContentProblem(draft: TestRunDraft, other: string): Problem {
  return {
    code: 'E8072',
    what: `${draft.runNumber} says the same of ${draft.component} as ${other} does.`,
    remedy: compareRemedy,
  };
}

function sameNumberProblem(draft: TestRunDraft, other: Entry): Problem {
  return {
    code: 'E8072',
    what: `Entry ${other.n} of this queue has the run number ${draft.runNumber}, too, with other content.`,
    remedy: compareRemedy,
  };
}

function otherContentProblem(draft: TestRunDraft, other: TestRun): Problem {
  return {
    code: 'E8072',
    what: `The database has a test run ${draft.runNumber} of ${draft.component} with other content (${other.id}).`,
    remedy: compareRemedy,
  };
}

function deletedProblem(draft: TestRunDraft, deleted: TestRun): Problem {
  return {
    code: 'E8073',
    what: `${draft.runNumber} arrived as ${deleted.id} and was marked for deletion there.`,
    remedy: 'Ask who did it. `baton queue drop` if it was meant; `baton queue retry --anyway` sends it anew.',
  };
}

function alteredProblem(draft: TestRunDraft, run: TestRun): Problem {
  const fields = compareTestRuns(contentOf(draft), valuesOf(run))
    .filter(({ state }) => state !== 'same')
    .map(({ field }) => field);
  return {
    code: 'E8074',
    what: `The database holds ${draft.runNumber} (${run.id}) with other values than were sent: ${fields.join(', ')}.`,
    remedy: 'Compare them with `baton queue show`. It was sent once and is not sent again by itself.',
  };
}
