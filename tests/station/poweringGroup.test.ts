import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { handOver } from '../../src/station/handOver.ts';
import { groupMaxVoltage, poweringGroup, poweringGroups } from '../../src/station/poweringGroup.ts';
import { channelsJson, modulesJson, stationOf, supplies } from './stationTexts.ts';

type Wire = Record<string, [string, number]>;

function wired(...modules: Wire[]) {
  const names = modules.map((_, index) => `M${index}`);
  const settings = Object.fromEntries(
    names.map((name, index) => [
      name,
      { sensor_type: index === 1 ? 'planar' : '3D', serial_number: `20UPGM2211000${index}` },
    ]),
  );
  return stationOf({
    'instruments.json': supplies,
    'channels.json': channelsJson(...modules),
    'modules.json': modulesJson(...names),
    'station.json': JSON.stringify({ id: 'x', modules: settings }),
  });
}

const names = ({ modules }: { modules: readonly { name: string }[] }) => modules.map(({ name }) => name);

describe('a powering group', () => {
  test('is all modules on one HV channel, with every LV channel once', () => {
    const station = wired(
      { hv: ['hv_1', 1], lv: ['lv_1', 1] },
      { hv: ['hv_2', 1], lv: ['lv_1', 2] },
      { hv: ['hv_1', 1], lv: ['lv_1', 3] },
      { hv: ['hv_1', 1], lv: ['lv_1', 3] },
    );
    const group = poweringGroup(station, 'M2');
    expect(group).toMatchObject({ hv: 'hv_1:1', lv: ['lv_1:1', 'lv_1:3'] });
    expect(names(group)).toEqual(['M0', 'M2', 'M3']);
    expect(names(poweringGroup(station, 'M1'))).toEqual(['M1']);
  });

  test('reaches through a shared LV channel to a module without HV', () => {
    const station = wired({ hv: ['hv_1', 1], lv: ['lv_1', 1] }, { lv: ['lv_1', 1] }, { lv: ['lv_1', 2] });
    expect(names(poweringGroup(station, 'M1'))).toEqual(['M0', 'M1']);
    expect(poweringGroup(station, 'M2')).not.toHaveProperty('hv');
  });

  test('is found by index, name or serial number', () => {
    const station = wired({ lv: ['lv_1', 1] }, { lv: ['lv_1', 2] });
    for (const selector of ['1', 'M1', '20UPGM22110001'])
      expect(names(poweringGroup(station, selector))).toEqual(['M1']);
  });

  test('needs no selector if it is the only one', () => {
    const station = wired({ hv: ['hv_1', 1], lv: ['lv_1', 1] }, { hv: ['hv_1', 1], lv: ['lv_1', 2] });
    expect(names(poweringGroup(station))).toEqual(['M0', 'M1']);
  });

  test('must be chosen if there are several, and the message lists them', () => {
    const station = wired({ lv: ['lv_1', 1] }, { lv: ['lv_1', 2] });
    expect(() => poweringGroup(station)).toThrow(/E2202.*0 = M0 \(20UPGM22110000\); 1 = M1/s);
  });

  test('of hundreds a few are named', () => {
    const one = wired({ lv: ['lv_1', 1] });
    const modules = Array.from({ length: 500 }, (_, k) => ({
      ...one.modules[0]!,
      index: String(k),
      name: `M${k}`,
      channels: {},
    }));
    const station = { ...one, modules };
    expect(() => poweringGroup(station)).toThrow(/ 19 = M19 .*; and 480 more in modules.json\. /s);
    expect(() => poweringGroup(station, 'M500')).toThrow('and 480 more in modules.json');
    expect(names(poweringGroup(station, 'M499'))).toEqual(['M499']);
  });

  test('that nobody has is refused with what was probably meant', () => {
    const station = wired({ lv: ['lv_1', 1] }, { lv: ['lv_1', 2] });
    expect(() => poweringGroup(station, '20UPGM22110004')).toThrow(/E2201.*Did you mean "20UPGM2211000/s);
  });

  test('with two HV channels on one LV channel is refused, the others are not', () => {
    const station = wired(
      { hv: ['hv_1', 1], lv: ['lv_1', 1] },
      { hv: ['hv_2', 1], lv: ['lv_1', 1] },
      { lv: ['lv_1', 2] },
    );
    expect(() => poweringGroup(station, 'M0')).toThrow('E2203');
    expect(names(poweringGroup(station, 'M2'))).toEqual(['M2']);
  });

  test('has the limit of its weakest sensor', () => {
    const station = wired(
      { hv: ['hv_1', 1], lv: ['lv_1', 1] },
      { hv: ['hv_1', 1], lv: ['lv_1', 2] },
      { lv: ['lv_1', 3] },
    );
    expect(groupMaxVoltage(station, poweringGroup(station, 'M1'))).toBe(-80);
    expect(groupMaxVoltage(station, { modules: [station.modules[1]!] })).toBe(-350);
  });

  test('shares no supply channel with any other, and every module is in exactly one', () => {
    const hv = fc.constantFrom<[string, number]>(['hv_1', 1], ['hv_2', 1]);
    const lv = fc.tuple(fc.constantFrom('lv_1', 'lv_2'), fc.integer({ min: 1, max: 4 }));
    const wire = fc.record({ hv, lv }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(wire, { minLength: 1, maxLength: 8 }), (modules) => {
        const station = wired(...(modules as Wire[]));
        const groups = poweringGroups(station);
        expect(groups.flat().length).toBe(modules.length);
        const owners = new Map<string, number>();
        for (const [index, group] of groups.entries())
          for (const { channels } of group)
            for (const { instrument, channel } of Object.values(channels)) {
              const output = `${instrument}:${channel}`;
              expect(owners.get(output) ?? index).toBe(index);
              owners.set(output, index);
            }
      }),
      { numRuns: 200 },
    );
  });
});

describe('handing over', () => {
  const station = () => stationOf({});

  test('gives the roles asked for and nothing of the others', () => {
    const whole = station();
    const { instruments, channels } = handOver(whole, poweringGroup(whole), ['lv', 'ab']);
    expect(Object.keys(instruments)).toEqual(['lv_1', 'ab_1']);
    expect(channels).toEqual({
      0: { lv: { instrument: 'lv_1', channel: 1 }, ab: { instrument: 'ab_1' } },
    });
  });

  test('without roles gives no instrument, and the module with no channel', () => {
    const whole = station();
    expect(handOver(whole, poweringGroup(whole), [])).toEqual({ instruments: {}, channels: { 0: {} } });
  });

  test('leaves notes in the file, and hands on what a site added', () => {
    const annotated = stationOf({
      'instruments.json': supplies.replace(
        '"HMP4040",',
        '"HMP4040", "$note": "it\'s the old one", "ramp": 3,',
      ),
      'channels.json': channelsJson({ hv: ['hv_1', 1], lv: ['lv_1', 1] }).replace(
        '"channel":1',
        '"channel":1,"$note":"left"',
      ),
      'modules.json': modulesJson('M0'),
    });
    const { instruments, channels } = handOver(annotated, poweringGroup(annotated), ['lv', 'hv']);
    expect(instruments.lv_1).toEqual({
      class: 'HMP4040',
      ramp: 3,
      resource: 'ASRL/dev/lv_1::INSTR',
      default_voltage: 1.8,
      default_current: 3,
    });
    expect(channels[0]?.hv).toEqual({ instrument: 'hv_1', channel: 1 });
    expect(JSON.stringify({ instruments, channels })).not.toContain('$');
  });
});
