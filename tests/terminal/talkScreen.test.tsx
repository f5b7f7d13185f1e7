import { afterEach, expect, test } from 'vitest';
import { FilesScreen } from '../../src/terminal/screens/filesScreen.tsx';
import { TalkScreen } from '../../src/terminal/screens/talkScreen.tsx';
import type { Talk, TalkAnswer, TalkQuestion } from '../../src/terminal/talk/talk.ts';
import { type DrawnScreen, drawScreen } from './screen.tsx';

let drawn: DrawnScreen | undefined;
afterEach(() => {
  drawn?.close();
  drawn = undefined;
});

/** A talk of these questions, with the answers that it got. */
async function talkOf(...questions: TalkQuestion[]) {
  const answers: (TalkAnswer | 'left')[] = [];
  const went: string[] = [];
  const begin = async (talk: Talk) => {
    talk.say('What was said before.');
    for (const question of questions) {
      const answer = await talk.ask(question).catch(() => 'left' as const);
      answers.push(answer);
    }
  };
  drawn = await drawScreen(<TalkScreen title="Dialogue" begin={begin} onBack={() => went.push('back')} />);
  drawn.passes(1000);
  return { screen: drawn, answers, went };
}

test('choices are filtered by typing, and a scan chooses none', async () => {
  const { screen, answers } = await talkOf({
    text: 'Component type',
    choices: [
      { value: 'BARE_MODULE', name: 'Bare module' },
      { value: 'MODULE', name: 'Module' },
      { value: 'PCB', name: 'Module PCB' },
    ],
    back: true,
  });
  await screen.press('p');
  expect(screen.text()).toMatchSnapshot();
  await screen.press('\x7f', 'module\r');
  expect(answers).toEqual([]);
  await screen.press('\x1b[B', '\r');
  expect(answers).toEqual([{ said: 'MODULE' }]);
});

test('what has an effect is no for Enter and for a scan, and yes for y alone', async () => {
  const confirm: TalkQuestion = { text: 'Register it like this?', hint: 'MODULE of BONN', confirm: true };
  const { screen, answers } = await talkOf(confirm, confirm);
  await screen.press('y20UPGM\r', '\r');
  expect(answers).toEqual([{ said: 'no' }]);
  screen.passes(1000);
  await screen.press('y');
  await expect.poll(() => answers).toEqual([{ said: 'no' }, { said: 'yes' }]);
  expect(screen.text()).toContain('Done. Enter goes back.');
});

test('an empty answer is the one that is proposed, a secret is not shown, and going away answers nothing', async () => {
  const { screen, answers, went } = await talkOf(
    { text: 'Stage', default: 'INITIAL' },
    { text: 'Access code 1', secret: true, back: true },
  );
  await screen.press('\r');
  expect(answers).toEqual([{ said: 'INITIAL' }]);
  await screen.press('hush');
  expect(screen.text()).toContain('****');
  expect(screen.text()).not.toContain('hush');
  await screen.press('\x03');
  expect(went).toEqual(['back']);
});

test('files are filtered, marked and taken together', async () => {
  const taken: (readonly string[])[] = [];
  const entries = ['old', 'a.csv', 'b.csv', 'b.txt'].map((name) => ({
    name,
    folder: name === 'old',
    bytes: 100,
    changed: 0,
  }));
  drawn = await drawScreen(
    <FilesScreen
      station={{ folder: async () => ({ path: '/data', entries }) }}
      title="Pulls"
      startAt={undefined}
      onTake={(files) => taken.push(files)}
      onBack={() => undefined}
    />,
  );
  await drawn.press('c', 's', 'v');
  expect(drawn.text()).not.toContain('b.txt');
  await drawn.press('\t', '\r');
  expect(taken).toEqual([['/data/a.csv', '/data/b.csv']]);
});
