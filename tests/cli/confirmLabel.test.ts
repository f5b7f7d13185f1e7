import { expect, test } from 'vitest';
import { confirmLabel } from '../../src/cli/screens/resumeTalk.ts';
import { Conversation } from '../../src/terminal/talk/conversation.ts';

test('a run is resumed with the module that its label names, and asked again for another', async () => {
  const talk = new Conversation();
  const confirmed = confirmLabel({ name: 'Q2X2-0001', serialNumber: '20UPGM22110039' }, talk);
  expect(talk.open?.question.wrong).toEqual([]);
  talk.answer({ said: '20UPGM22110077' });
  await expect.poll(() => talk.open?.question.wrong?.[0]).toContain('20UPGM22110077 is not 20UPGM22110039');
  talk.answer({ said: '20upgm22110039' });
  await confirmed;
});

test('whoever goes away confirms nothing', async () => {
  const talk = new Conversation();
  const confirmed = confirmLabel({ name: 'Q2X2-0001' }, talk);
  talk.leave();
  await expect(confirmed).rejects.toThrow('was not answered');
});
