import { expect, test } from 'vitest';
import { undisturbedAndLast } from '../../src/cli/station/makingSafe.ts';

test('who asks to stop while the station is made safe gets that done, and nothing powered after it', async () => {
  expect(await undisturbedAndLast(async () => 'safe')).toBe('safe');
  const done: string[] = [];
  const asked = undisturbedAndLast(async () => {
    process.emit('SIGQUIT', 'SIGQUIT');
    await Promise.resolve();
    done.push('safe');
  });
  await expect(asked).rejects.toMatchObject({ code: 'E6511', exitCode: 130 });
  expect(done).toEqual(['safe']);
  expect(process.listenerCount('SIGQUIT')).toBe(0);
});
