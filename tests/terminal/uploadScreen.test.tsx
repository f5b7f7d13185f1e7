import { afterEach, expect, test } from 'vitest';
import { EntriesScreen } from '../../src/terminal/screens/uploads/entriesScreen.tsx';
import { UploadScreen } from '../../src/terminal/screens/uploads/uploadScreen.tsx';
import type { ReviewRow } from '../../src/terminal/uploads.ts';
import { fakeUploads } from './fakeUploads.ts';
import { type DrawnScreen, drawScreen } from './screen.tsx';

let drawn: DrawnScreen | undefined;
afterEach(() => {
  drawn?.close();
  drawn = undefined;
});

const run = { id: 'run-1', path: '/runs/run-1' };

async function review(options: Parameters<typeof drawScreen>[1] = {}) {
  const fake = fakeUploads();
  const went: string[] = [];
  drawn = await drawScreen(
    <UploadScreen uploads={fake.uploads} run={run} operator="Ada" onBack={() => went.push('back')} />,
    options,
  );
  drawn.passes(1000);
  return { screen: drawn, went, ...fake };
}

const chosen = (rows: readonly ReviewRow[] | undefined) =>
  rows?.flatMap(({ upload }, i) => (upload ? [i] : []));

test('only what passed is chosen, and nothing is uploaded but by its own key, pressed alone', async () => {
  const { screen, uploaded, went } = await review({ columns: 120 });
  expect(screen.text()).toMatchSnapshot();
  await screen.press('y20UPGM22110039\r');
  expect(screen.text()).toContain('UPLOAD 1 row to the local database');
  await screen.press('y');
  await expect.poll(() => uploaded.map(chosen)).toEqual([[0]]);
  expect(went).toEqual([]);
  await expect.poll(() => screen.text()).toContain('1 in the database, 0 waiting, 1 held');
  expect(screen.text()).toMatchSnapshot();
});

test('Enter cancels', async () => {
  const { screen, uploaded, went } = await review();
  await screen.press('\r');
  expect(went).toEqual(['back']);
  expect(uploaded).toEqual([]);
});

test('ranges choose these and no others; with words they change these alone', async () => {
  const { screen, uploaded } = await review();
  await screen.press('r', '1', '-', '9', '\r');
  expect(screen.text()).toContain('there is no test 9; the last is 3');
  await screen.press('\x7f', '2', ',', '3', '\r');
  expect(screen.text()).toContain('UPLOAD 3 rows');
  await screen.press('r', '3: no; 0: yes', '\r');
  await screen.press('y');
  await expect.poll(() => uploaded.map(chosen)).toEqual([[0, 1, 2]]);
});

test('a decision is changed with a reason alone, and stands beside what the criteria say', async () => {
  const { screen, uploaded } = await review({ columns: 120 });
  await screen.press('\x1b[B', 'd', '\r');
  expect(screen.text()).toContain('a changed decision needs a reason');
  await screen.press('probe card, chip is fine', '\r');
  expect(screen.text()).toContain('PASS by hand (criteria: FAIL): probe card, chip is fine');
  await screen.press('y');
  await expect
    .poll(() => uploaded[0]?.[1])
    .toMatchObject({
      verdict: 'FAIL',
      upload: true,
      decision: { passed: true, reason: 'probe card, chip is fine', by: 'Ada' },
    });
});

test('a duplicate is shown field by field; it is sent all the same, or dropped with a reason, never by Enter', async () => {
  const fake = fakeUploads();
  drawn = await drawScreen(<EntriesScreen title="Uploads" uploads={fake.uploads} onBack={() => undefined} />);
  const screen = drawn;
  await screen.press('\r');
  expect(screen.text()).toContain('earlier: test run abc in the database');
  expect(screen.text()).toMatchSnapshot();
  screen.passes(1000);
  // Enter, which opened it, leaves it as it is.
  await screen.press('\r');
  expect(fake.decisions).toEqual([]);
  await screen.press('\r', 'd', 'measured twice', '\r');
  expect(fake.decisions).toEqual([{ do: 'drop', reason: 'measured twice' }]);
  expect(screen.text()).toMatch(/▸ dropped/);
});

test('a held one is sent all the same by a key of its own', async () => {
  const fake = fakeUploads();
  drawn = await drawScreen(<EntriesScreen title="Uploads" uploads={fake.uploads} onBack={() => undefined} />);
  const screen = drawn;
  await screen.press('\r');
  screen.passes(1000);
  await screen.press('y');
  await expect.poll(() => fake.decisions).toEqual([{ do: 'send anyway' }]);
  await expect.poll(() => screen.text()).toContain('1 in the database, 0 waiting, 0 held');
});
