import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { placeModule } from '../../src/station/newModule.ts';

const fixture = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
const texts = { modulesJson: fixture('modules.json'), stationJson: fixture('station.json') };
const before = JSON.parse(texts.modulesJson);
const [index] = Object.keys(before.Hybrid) as [string];
const [chipType] = Object.keys(before.Hybrid[index]) as [string];
const scanned = { index, name: 'NEW-1', serialNumber: '20UPGM22110099', sensorType: '3D' } as const;

test('a new module takes over the lanes of the one in its place, and none of its trims or eFuse codes', () => {
  const { modulesJson } = placeModule(texts, scanned);
  const entry = JSON.parse(modulesJson).Hybrid[index][chipType];
  const old = before.Hybrid[index][chipType];
  expect(entry.info).toEqual({ ...old.info, module_name: 'NEW-1' });
  const chips = Object.keys(old).filter((key) => key !== 'info');
  expect(Object.keys(entry).sort()).toEqual([...chips, 'info'].sort());
  for (const id of chips) {
    expect(entry[id].Lane).toBe(old[id].Lane);
    expect(entry[id]).not.toHaveProperty('Settings');
    expect(entry[id]).not.toHaveProperty('eFuseCode');
  }
});

test('a module that comes back gets its own entry, and nothing of the file differs then', () => {
  const there = placeModule(texts, scanned);
  const back = placeModule(there, { ...scanned, name: 'OLD' }, there.replaced);
  expect(JSON.parse(back.modulesJson)).toEqual(before);
});

test('station.json gets serial number and sensor type, and keeps what it has', () => {
  const { stationJson } = placeModule(texts, scanned);
  const [was, is] = [JSON.parse(texts.stationJson), JSON.parse(stationJson)];
  expect(is.modules['NEW-1']).toEqual({ serial_number: '20UPGM22110099', sensor_type: '3D' });
  delete is.modules['NEW-1'];
  expect(is).toEqual(was);
});

test('a module below an OpticalGroup is found there', () => {
  const optical = JSON.stringify({ OpticalGroup: { '0': before } });
  const { modulesJson } = placeModule({ ...texts, modulesJson: optical }, scanned);
  expect(JSON.parse(modulesJson).OpticalGroup['0'].Hybrid[index][chipType].info.module_name).toBe('NEW-1');
});
