import fc from 'fast-check';
import { expect, test } from 'vitest';
import { headerPattern, matchHeader } from '../../src/simulator/scpi/header.ts';
import { parseMessage } from '../../src/simulator/scpi/message.ts';
import { exponential, readBoolean, readNumber, readWord } from '../../src/simulator/scpi/values.ts';
import { Cutter } from '../../src/simulator/wires/framing.ts';

const path = (text: string) => parseMessage(text)[0]!.path;

test('a header matches in its short and long form and without what is optional, and in no form between', () => {
  const pattern = headerPattern(':SOURce[n]:VOLTage[:LEVel][:IMMediate][:AMPLitude]');
  for (const header of [
    ':SOUR:VOLT',
    ':source:voltage:level',
    ':Sour2:Volt:Imm:Ampl',
    ':SOUR1:VOLTAGE:AMPLITUDE',
  ])
    expect(matchHeader(pattern, path(header)), header).toBeDefined();
  for (const header of [':SOURC:VOLT', ':SOUR', ':SOUR:VOLT:IMM:LEV', ':VOLT', ':SOUR:VOLT:LEV:LEV'])
    expect(matchHeader(pattern, path(header)), header).toBeUndefined();
  expect(matchHeader(pattern, path(':SOUR2:VOLT'))).toEqual([2]);
  expect(matchHeader(pattern, path(':SOUR:VOLT'))).toEqual([1]);
});

test('semicolons divide commands except in quotes and channel lists', () => {
  const units = parseMessage(`:SENS:FUNC "VOLT;DC",'a;b';MEAS? (@1;2) ; *IDN?;`);
  expect(units.map(({ path: p, query, arguments: a }) => [p.join(':'), query, a])).toEqual([
    ['SENS:FUNC', false, ['"VOLT;DC"', "'a;b'"]],
    ['MEAS', true, ['(@1;2)']],
    ['*IDN', true, []],
  ]);
});

test('whatever comes on the wire, the parser takes it without an exception', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const unit of parseMessage(text)) expect(unit.path.length).toBeGreaterThan(0);
    }),
  );
});

test('numbers are read in every form that the standard allows', () => {
  const limits = { min: -10, max: 10, default: 3 };
  for (const [text, value] of [
    ['1', 1],
    ['+1.5', 1.5],
    ['-.5', -0.5],
    ['1E-3', 0.001],
    ['2e0', 2],
    ['5.', 5],
    ['3V', 3],
    ['10uA', 1e-5],
    ['MIN', -10],
    ['maximum', 10],
    ['DEF', 3],
  ] as const)
    expect(readNumber(text, limits), text).toEqual({ value });
  expect(readNumber('11', limits)).toEqual({ error: -222 });
  expect(readNumber('one', limits)).toEqual({ error: -104 });
  expect(readNumber(undefined, limits)).toEqual({ error: -109 });
  expect(readBoolean('on')).toEqual({ value: true });
  expect(readBoolean('0')).toEqual({ value: false });
  expect(readWord('himpedance', ['HIMPedance', 'NORMal'])).toEqual({ value: 'HIMP' });
  expect(readWord('HIM', ['HIMPedance'])).toEqual({ error: -224 });
});

test('a printed number reads back as the same, to its digits', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e30, max: 1e30, noNaN: true }), (value) => {
      const text = exponential(value, 6);
      expect(text).toMatch(/^[+-]\d\.\d{6}E[+-]\d{2,3}$/);
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-6 + Number.MIN_VALUE);
    }),
  );
});

test('however the bytes of a wire are divided, the same commands come out', () => {
  const commands = fc.array(fc.stringMatching(/^[ -~]{1,20}$/), { maxLength: 10 });
  fc.assert(
    fc.property(
      commands,
      fc.constantFrom('\n', '\r', '\r\n'),
      fc.integer({ min: 1, max: 7 }),
      (sent, end, size) => {
        const bytes = Buffer.from(sent.map((text) => text + end).join(''), 'latin1');
        const cutter = new Cutter();
        const cut: string[] = [];
        for (let k = 0; k < bytes.length; k += size)
          for (const command of cutter.cut(bytes.subarray(k, k + size), 'line'))
            cut.push(command.toString('latin1'));
        expect(cut).toEqual(sent);
      },
    ),
  );
});
