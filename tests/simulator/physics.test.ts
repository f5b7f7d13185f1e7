import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  inputCurrent,
  inputVoltage,
  makeRegulators,
  minimalInput,
  probeVoltages,
} from '../../src/simulator/physics/regulators.ts';
import { leakageFactor, makeSensor, sensorCurrent } from '../../src/simulator/physics/sensor.ts';
import { chuck, ModuleTemperature } from '../../src/simulator/physics/temperature.ts';

const types = fc.constantFrom('3D', 'planar');

test('the same seed gives the same module, another seed or index another one', () => {
  expect(makeSensor(3, '0', 'planar')).toEqual(makeSensor(3, '0', 'planar'));
  expect(makeSensor(3, '0', 'planar')).not.toEqual(makeSensor(4, '0', 'planar'));
  expect(makeSensor(3, '0', 'planar')).not.toEqual(makeSensor(3, '1', 'planar'));
  expect(makeRegulators(3, '0', 4)).toEqual(makeRegulators(3, '0', 4));
  expect(makeRegulators(3, '0', 4)).not.toEqual(makeRegulators(4, '0', 4));
});

test('a good sensor of either type breaks down beyond the limits of its type', () => {
  fc.assert(
    fc.property(fc.integer(), types, (seed, type) => {
      const { breakdown, depletion } = makeSensor(seed, '0', type);
      const limit = type === '3D' ? 80 : 350;
      expect(breakdown).toBeGreaterThan(limit + 20);
      expect(depletion).toBeLessThan(limit);
    }),
  );
});

test('leakage follows T² exp(−Eg / 2kT): it doubles about every seven kelvin', () => {
  expect(leakageFactor(20)).toBe(1);
  // By hand: (293.15 / 273.15)² · exp(1.21 eV / 2k · (1 / 273.15 K − 1 / 293.15 K)) = 1.152 · 5.776.
  expect(1 / leakageFactor(0)).toBeCloseTo(6.65, 1);
  expect(leakageFactor(27) / leakageFactor(20)).toBeGreaterThan(1.8);
  expect(leakageFactor(27) / leakageFactor(20)).toBeLessThan(2.1);
});

test('reverse current only grows with the bias, whatever the sensor, its temperature and its faults', () => {
  const damage = fc.record({
    breakdown: fc.option(fc.double({ min: 5, max: 300, noNaN: true }), { nil: undefined }),
    leakageFactor: fc.option(fc.double({ min: 1, max: 1000, noNaN: true }), { nil: undefined }),
    shortAbove: fc.option(fc.double({ min: 1, max: 300, noNaN: true }), { nil: undefined }),
  });
  const volts = fc.double({ min: 0, max: 500, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer(),
      types,
      damage,
      volts,
      volts,
      fc.integer({ min: -40, max: 60 }),
      (seed, type, hurt, a, b, t) => {
        const sensor = makeSensor(seed, '0', type);
        const current = (v: number) => sensorCurrent(sensor, -v, t, hurt);
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(current(high)).toBeLessThanOrEqual(current(low));
      },
    ),
  );
});

test('breakdown lies where it is placed: below it the current is leakage, above it no limit holds', () => {
  const sensor = makeSensor(1, '0', '3D');
  const at = (bias: number) => Math.abs(sensorCurrent(sensor, bias, 20, { breakdown: 40 }));
  expect(at(-39) / at(-34)).toBeLessThan(1.05);
  expect(at(-45) / at(-40)).toBeGreaterThan(1.2);
  expect(at(-60)).toBeGreaterThan(0.1);
});

test('a forward bias conducts as a diode, and without bias nothing flows', () => {
  const sensor = makeSensor(1, '0', 'planar');
  expect(Math.abs(sensorCurrent(sensor, 0, 20))).toBe(0);
  expect(sensorCurrent(sensor, 0.4, 20)).toBeGreaterThan(100 * Math.abs(sensorCurrent(sensor, -0.4, 20)));
});

test('the shunt-LDO input draws what its voltage says, and the other way round', () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      (seed, n, amperes) => {
        const chips = makeRegulators(seed, '0', n);
        expect(inputCurrent(chips, inputVoltage(chips, amperes))).toBeCloseTo(amperes, 6);
      },
    ),
  );
});

test('a current sweep shows the knee of every regulator: first it follows VIN, then it holds 1.2 V', () => {
  const chips = makeRegulators(2, '0', 4);
  const at = (amperes: number) => probeVoltages(chips, inputVoltage(chips, amperes));
  const start = at(0.5);
  expect(start.VDDA0).toBeLessThan(start.VIN! - 0.1);
  const nominal = at(3.7);
  expect(nominal.VIN).toBeGreaterThan(minimalInput);
  expect(nominal.VOFS).toBeCloseTo(0.5);
  for (const name of ['VDDA0', 'VDDD1', 'VDDA2', 'VDDD3']) {
    expect(nominal[name]).toBeCloseTo(1.2, 1);
    expect(Math.abs(at(6)[name]! - nominal[name]!)).toBeLessThan(0.02);
  }
  const spoilt = probeVoltages(chips, 1.6, [{ chip: 2, rail: 'VDDA', voltage: 1.05 }]);
  expect(spoilt.VDDA2).toBeCloseTo(1.05, 2);
  expect(spoilt.VDDD2).toBeCloseTo(1.2, 1);
});

test('a module warms up with its power and cools down again, with a lag', () => {
  const temperature = new ModuleTemperature(0);
  expect(temperature.read(0)).toBe(chuck);
  temperature.setPower(6, 0);
  expect(temperature.read(1)).toBeGreaterThan(chuck);
  expect(temperature.read(1)).toBeLessThan(temperature.read(30));
  expect(temperature.read(60)).toBeCloseTo(chuck + 0.35 * 6, 3);
  temperature.setPower(0, 60);
  expect(temperature.read(120)).toBeCloseTo(chuck, 3);
});
