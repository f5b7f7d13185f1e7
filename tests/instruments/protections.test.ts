import { describe, expect, test } from 'vitest';
import type { SupplyDriver } from '../../src/instruments/drivers/driver.ts';
import { hmp4040 } from '../../src/instruments/drivers/hmp4040.ts';
import { keithley2410 } from '../../src/instruments/drivers/keithley2410.ts';
import { keysightE3633A } from '../../src/instruments/drivers/keysightE3633A.ts';
import { tti } from '../../src/instruments/drivers/tti.ts';
import { ttitsx } from '../../src/instruments/drivers/ttitsx.ts';
import type { Protection } from '../../src/instruments/instrument.ts';
import { unprotected } from '../../src/instruments/protections.ts';
import { smallStation } from '../sequence/stations.ts';
import { exchange, type Step } from './exchange.ts';

type Case = [name: string, driver: SupplyDriver, wire: Step[], protections: Protection[]];
const cases: Case[] = [
  [
    'Keithley 2410',
    keithley2410,
    [
      ['*IDN?', 'KEITHLEY INSTRUMENTS INC.,MODEL 2410,1234567,C33'],
      [':SENS:CURR:PROT?', '1.000000E-05'],
      [':SOUR:VOLT:PROT?', '1.000000E+02'],
    ],
    [
      { kind: 'compliance', at: 1e-5 },
      { kind: 'over-voltage', at: 100 },
    ],
  ],
  [
    'HMP4040',
    hmp4040,
    [
      ['*IDN?', 'HAMEG,HMP4040,103781,HW50020001/SW2.51'],
      ['INST:NSEL 1', null],
      ['VOLT:PROT:LEV?', '3.000'],
      ['FUSE:STAT?', '1'],
      ['SOUR:CURR:LEV?', '3.7000'],
    ],
    [
      { kind: 'over-voltage', at: 3 },
      { kind: 'over-current', at: 3.7 },
    ],
  ],
  [
    'TTi MX',
    tti,
    [
      ['*IDN?', 'THURLBY THANDAR, MX100TP, 439211, 1.03 - 1.02'],
      ['OVP1?', 'VP1 3.000'],
      ['OCP1?', 'CP1 OFF'],
    ],
    [{ kind: 'over-voltage', at: 3 }, { kind: 'over-current' }],
  ],
  [
    'TTi TSX',
    ttitsx,
    [
      ['*IDN?', 'THURLBY THANDAR, TSX1820P, 0, 1.21'],
      ['OVP1?', 'VP1 OFF'],
      ['OCP1?', '5.00'],
    ],
    [{ kind: 'over-voltage' }, { kind: 'over-current', at: 5 }],
  ],
  [
    'Keysight E3633A',
    keysightE3633A,
    [
      ['SYST:REM', null],
      ['*IDN?', 'HEWLETT-PACKARD,E3633A,0,2.1-5.0-1.0'],
      ['SOUR:VOLT:PROT:STAT?', '1'],
      ['SOUR:VOLT:PROT:LEV?', '+3.00000000E+00'],
      ['SOUR:CURR:PROT:STAT?', '0'],
    ],
    [{ kind: 'over-voltage', at: 3 }, { kind: 'over-current' }],
  ],
];

test.each(cases)('%s tells what it would limit by itself', (_name, driver, wire, protections) =>
  exchange(driver, wire, async (supply) => {
    expect(await supply.channel(1).readProtections?.()).toEqual(protections);
  }),
);

describe('an output whose own protection would not act in time', () => {
  const { station } = smallStation();
  const hv = (...protections: Protection[]) =>
    unprotected(station, { at: 'hv_1:1', role: 'hv', protections });

  test('is warned of, with what its modules may have', () => {
    expect(hv({ kind: 'over-voltage' })).toMatchObject({
      code: 'E3019',
      severity: 'warning',
      what: /hv_1:1 is switched off, .* at most 80 V/,
    });
    expect(hv({ kind: 'over-voltage', at: 500 })).toMatchObject({ what: /hv_1:1 is set to 500 V/ });
  });

  test('is not made up where it would act, or where nothing could be read', () => {
    expect(hv({ kind: 'over-voltage', at: 100 })).toBeUndefined();
    expect(hv()).toBeUndefined();
    expect(
      unprotected(station, { at: 'hv_1:1', role: 'hv', protections: [], problem: 'gone' }),
    ).toBeUndefined();
  });
});
