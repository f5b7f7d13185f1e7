import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askWith } from '../../src/cli/asking/ask.ts';
import { isUnknownSerial, offerModule } from '../../src/cli/running/offerModule.ts';
import { loadStation } from '../../src/station/load.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'baton-offer-'));
  cpSync('config', directory, { recursive: true });
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const serial = '20UPGM22110099';
const answering = (...answers: string[]) => askWith(async () => answers.shift());

test('a scanned module gets an entry, the one before it is kept and comes back with its trims', async () => {
  const { station } = await loadStation(directory);
  const [old] = station.modules;
  expect(isUnknownSerial(station, serial)).toBe(true);
  const loaded = await offerModule(station, serial, answering('y', '3D'));
  expect(loaded?.station.modules).toMatchObject([
    { index: '0', name: serial, serialNumber: serial, sensorType: '3D', chips: ['0', '1', '2', '3'] },
  ]);
  expect(loaded?.station.modules[0]?.channels).toMatchObject(
    Object.fromEntries(Object.entries(old!.channels).map(([role, { instrument }]) => [role, { instrument }])),
  );
  expect(existsSync(join(directory, 'modules', `${old!.name}.json`))).toBe(true);

  const back = await offerModule(loaded!.station, old!.serialNumber!, answering('y'));
  expect(back?.station.modules).toMatchObject([{ name: old!.name, serialNumber: old!.serialNumber }]);
  const modules = JSON.parse(readFileSync(join(directory, 'modules.json'), 'utf8'));
  expect(modules.Hybrid['0'].RD53Bv2['0'].Settings).toEqual(
    JSON.parse(readFileSync('config/modules.json', 'utf8')).Hybrid['0'].RD53Bv2['0'].Settings,
  );
});

test('without a yes nothing is written', async () => {
  const { station } = await loadStation(directory);
  expect(await offerModule(station, serial, answering('n'))).toBeUndefined();
  expect(readFileSync(join(directory, 'modules.json'), 'utf8')).toBe(
    readFileSync('config/modules.json', 'utf8'),
  );
});

test('only a serial number that nobody has is offered an entry', async () => {
  const { station } = await loadStation(directory);
  expect(isUnknownSerial(station, station.modules[0]!.serialNumber)).toBe(false);
  expect(isUnknownSerial(station, 'typo')).toBe(false);
  expect(isUnknownSerial(station, undefined)).toBe(false);
});
