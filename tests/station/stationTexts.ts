import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatPlace, type Problem } from '../../src/base/errors.ts';
import { assembleStation } from '../../src/station/assemble.ts';
import { type StationFileName, stationFileNames } from '../../src/station/load.ts';
import type { Station } from '../../src/station/station.ts';

export type Texts = Partial<Record<StationFileName, string>>;

/** A whole station's files (the places in the tests are theirs), some of them replaced; `undefined` leaves a file out. */
export function texts(changes: { [name in StationFileName]?: string | undefined } = {}): Texts {
  const shipped = stationFileNames
    .filter((name) => name !== 'interlocks.json')
    .map((name) => [name, readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')]);
  const all = { ...Object.fromEntries(shipped), ...changes };
  return Object.fromEntries(Object.entries(all).filter(([, text]) => text !== undefined)) as Texts;
}

export function assemble(from: Texts): { station?: Station; problems: Problem[] } {
  return assembleStation(
    '/station',
    Object.entries(from).map(([name, text]) => ({ name, path: name, text })),
  );
}

/** A station that must be whole. */
export function stationOf(changes: Parameters<typeof texts>[0]): Station {
  const { station, problems } = assemble(texts(changes));
  if (!station) throw new Error(problems.map(brief).join('\n'));
  return station;
}

/** `E2104 channels.json:6:50`, warnings marked. */
export function brief({ code, where, severity }: Problem): string {
  const mark = severity === 'warning' ? ' warning' : '';
  return `${code} ${where ? formatPlace(where) : 'nowhere'}${mark}`;
}

/** One hybrid a name, with one chip each. */
export function modulesJson(...names: string[]): string {
  const hybrids = names.map((module_name, index) => [
    index,
    { RD53Bv2: { info: { module_name, type: '1x2', subdetector: 'TBPX', sensor: true }, 0: { Lane: 0 } } },
  ]);
  return JSON.stringify({ Hybrid: Object.fromEntries(hybrids) });
}

export function channelsJson(...modules: Record<string, [instrument: string, channel?: number]>[]): string {
  const entries = modules.map((roles, index) => [
    index,
    Object.fromEntries(
      Object.entries(roles).map(([role, [instrument, channel]]) => [role, { instrument, channel }]),
    ),
  ]);
  return JSON.stringify({ channels: Object.fromEntries(entries) });
}

/** A supply of each kind, enough for several modules. */
export const supplies = JSON.stringify({
  instruments: {
    hv_1: hv('/dev/hv_1'),
    hv_2: hv('/dev/hv_2'),
    lv_1: {
      class: 'HMP4040',
      resource: 'ASRL/dev/lv_1::INSTR',
      default_voltage: 1.8,
      default_current: 3,
    },
    lv_2: {
      class: 'HMP4040',
      resource: 'ASRL/dev/lv_2::INSTR',
      default_voltage: 1.8,
      default_current: 3,
    },
  },
});

function hv(path: string): object {
  return {
    class: 'Keithley2410',
    resource: `ASRL${path}::INSTR`,
    default_voltage: -60,
    default_current: 1e-5,
  };
}
