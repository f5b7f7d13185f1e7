import { formatProblem } from '../../base/errors.ts';
import type { Question } from '../../itkdb/registration/dialogue.ts';
import type { Talk, TalkQuestion } from '../../terminal/talk/talk.ts';
import { connect, type DatabaseArguments } from '../database/connection.ts';
import { askRegistration, registrationText, sendRegistration } from '../itkdb/registrationDialogue.ts';
import { personIn } from './personAtScreens.ts';

/** Registers a component by dialogue. */
export async function registerTalk(args: DatabaseArguments, talk: Talk): Promise<void> {
  const connection = await connect(args, { person: personIn(talk) });
  try {
    const wanted = await askRegistration(connection.definitions, {}, async (question, said, first) => {
      const wrong = said.flatMap((problem) => formatProblem(problem).split('\n'));
      return talk.ask({ ...asTalked(question), back: !first, wrong });
    });
    if (!wanted) return talk.say('Nothing was registered.');
    const result = await sendRegistration(connection, wanted);
    for (const problem of result.problems) talk.say(formatProblem(problem));
    for (const line of registrationText(result)) talk.say(line);
  } finally {
    await connection.close();
  }
}

function asTalked({ field, text, choices, hint, default: preset, optional }: Question): TalkQuestion {
  const about = hint === undefined ? {} : { hint };
  if (field === 'confirmed') return { text, ...about, confirm: true };
  const listed = (choices ?? []).map(({ code, name }) => ({ value: code, name }));
  const none = optional && listed.length > 0 ? [{ value: '', name: '(empty)' }] : [];
  return {
    text,
    ...about,
    ...(choices ? { choices: [...listed, ...none] } : {}),
    ...(preset === undefined ? {} : { default: preset }),
    ...(optional ? { optional } : {}),
  };
}
