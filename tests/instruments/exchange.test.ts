import { expect, test } from 'vitest';
import { ttitsx } from '../../src/instruments/drivers/ttitsx.ts';
import { exchange, type Step } from './exchange.ts';

// The drivers' tests are worth what this harness is.
const identity: Step = ['*IDN?', 'THURLBY THANDAR, TSX1820P, 0, 1.21'];

test('the harness fails on a command that is not in the script', async () => {
  const run = exchange(ttitsx, [identity], async (supply) => {
    await supply
      .channel(1)
      .writeSetpoint(1)
      .catch(() => {});
  });
  await expect(run).rejects.toThrow(/nothing but the script was sent/);
});

test('the harness fails on a command that differs by one character', async () => {
  const run = exchange(ttitsx, [identity, ['V 1.0', null]], async (supply) => {
    await supply
      .channel(1)
      .writeSetpoint(1)
      .catch(() => {});
  });
  await expect(run).rejects.toThrow(/nothing but the script was sent/);
});

test('the harness fails when the script was not used up', async () => {
  await expect(exchange(ttitsx, [identity, ['V 1', null]], async () => {})).rejects.toThrow(
    /the whole script was used/,
  );
});
