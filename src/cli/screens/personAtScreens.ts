import type { Talk } from '../../terminal/talk/talk.ts';
import type { Asker } from '../asking/ask.ts';
import { accessCodes, type Person } from '../database/connection.ts';

/** The person at the screens, as the database knows persons: told in the talk, and asked for codes there. */
export function personIn(talk: Talk): Person {
  return {
    tell: (line) => talk.say(line),
    codes: () =>
      accessCodes(async (text) => {
        const answer = await talk.ask({ text, secret: true, optional: true });
        return answer === 'back' ? undefined : answer.said;
      }),
  };
}

/** The same person, as the dialogues of the command line ask. */
export function askerIn(talk: Talk): Asker {
  const said = async (question: Parameters<Talk['ask']>[0]) => {
    const answer = await talk.ask(question);
    return answer === 'back' ? '' : answer.said;
  };
  return {
    choose: async (text, options) => {
      const choices = options.map((value) => ({ value, name: '' }));
      return (await said({ text, choices })) as (typeof options)[number];
    },
    text: (text) => said({ text }),
    confirm: async (text) => (await said({ text, confirm: true })) === 'yes',
  };
}
