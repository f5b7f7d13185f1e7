import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentedCommands } from './pages.ts';
import { openWorld, type World } from './world.ts';

interface Tried {
  /** Default: 0. */
  exitCode?: number;
  says: RegExp;
  /** What has happened before on that page; whatever comes of it. */
  after?: readonly string[];
  /** What goes on in another window meanwhile, and the word that shows that it does. */
  beside?: readonly [words: string, says: RegExp];
  /** What is typed where the page's words stand for others, such as the number of an entry. */
  instead?: string;
  /** It goes on for ever, or for longer than is needed here: once it has said this, it gets a SIGINT. */
  until?: RegExp;
}

/** A module that the database of this world has. */
const module = '20UPGM22110039';

/** Every command that a page shows, in an order in which one finds what it needs. */
const commands: Readonly<Record<string, Tried>> = {
  'baton sequences': { says: /electrical-qc/ },
  'baton calibrations': { says: /crosstalk_method/ },
  'baton check': { says: /not covered/ },
  'baton check electrical-qc': { says: /electrical-qc/ },
  'baton check quick-check': { says: /quick-check/ },
  'baton check config/sequences/quick-check.scr': { says: /quick-check/ },
  'baton plan electrical-qc': { says: /crosstalk_method/ },
  'baton plan quick-check': { says: /contact/ },
  'baton plan sldo': { says: /hand over lv, ab/ },

  'baton --version': { says: /^\d+\.\d+\.\d+$/m },
  'baton doctor': { says: /serial ports/ },

  'baton instruments identify': { says: /TSX1820P/ },
  'baton instruments read': { says: /hv_1:1/ },
  'baton instruments off': { says: /off/ },
  'baton interlocks list': { says: /module too hot/ },
  'baton interlocks test': { says: /leakage high/, instead: 'baton interlocks test --yes' },
  'baton safe': { says: /off/ },

  'baton run electrical-qc --station simulated --yes --fault early-breakdown:V=-40': {
    exitCode: 1,
    says: /breakdown/,
  },
  'baton run sldo': { says: /PASS/, instead: 'baton run sldo --yes' },
  'baton run electrical-qc': { exitCode: 130, says: /verified/, until: /step 1/ },
  'baton run electrical-qc --renderer plain': { exitCode: 130, says: /verified/, until: /step 1/ },
  'baton run electrical-qc --station simulated': { exitCode: 130, says: /verified/, until: /step 1/ },
  'baton run electrical-qc --station simulated --yes --detach': { says: /goes on/, until: /step 1/ },
  'baton attach': { says: /goes on/, until: /step 1/ },
  'baton attach --stop': { exitCode: 130, says: /verified/ },
  'baton runs list': { says: /SLDO/ },
  'baton runs resume --dry-run': { says: /it was not begun/ },
  'baton runs resume': {
    exitCode: 130,
    says: /kept|again/,
    instead: 'baton runs resume --yes',
    until: /goes on, by/,
  },
  'baton runs show': { says: /Electrical QC/ },
  'baton runs show --json': { says: /"verdict"/ },
  'baton report': { says: /report\.html/ },
  // Their screens are another test's; without a terminal they ask for a command.
  baton: { exitCode: 2, says: /Name a command/ },
  'baton --station simulated': { exitCode: 2, says: /Name a command/ },

  'baton simulate --dir sim --time-scale 100': { says: /Simulated station/, until: /control/ },
  'baton run electrical-qc --station sim': {
    exitCode: 130,
    says: /verified/,
    until: /step 1/,
    beside: ['baton simulate --dir sim --time-scale 100', /control/],
  },
  'baton simulate --dir sim --config config --transport pty --seed 7 --fault early-breakdown:V=-40': {
    says: /Simulated station/,
    until: /control/,
    instead: 'baton simulate --dir pty --transport pty --seed 7 --fault early-breakdown:V=-40',
  },

  'baton traveller create electrical-qc --set TargetThreshold=1200 --module 20UPGM22110001': {
    says: /traveller_electrical-qc/,
    instead: 'baton traveller create electrical-qc --set TargetThreshold=1200 --module 20UPGM22110039',
  },

  'baton run BATON1…': {
    exitCode: 2,
    says: /E7\d\d\d/,
    instead: 'baton run BATON1.not-one-of-ours',
  },

  'baton itkdb login': { says: /Local/ },
  'baton itkdb whoami': { says: /executive/ },
  'baton itkdb get 20UPGM22110039': { says: /INITIAL_WARM/ },
  'baton itkdb get 20UPGM22110039 --local': { says: /INITIAL_WARM/ },
  'baton itkdb mirror': { says: /./ },
  'baton itkdb serve': { says: /NOT the ITk production database/, until: /ACCESS_CODE2/ },
  'baton itkdb serve --token-lifetime 30': { says: /http/, until: /ACCESS_CODE2/ },
  'baton upload': { says: /in the database/ },
  'baton wirebond pulls.csv --component 20UPGM22110131': {
    // No pull test belongs to the stage at which this module is.
    exitCode: 1,
    says: /1 held/,
    instead: `baton wirebond pulls.csv --component ${module} --yes`,
  },
  'baton wirebond pulls.csv --component 20UPGM22110131 --dry-run --json': {
    says: /"WIREBOND_PULL_TEST"/,
    instead: `baton wirebond pulls.csv --component ${module} --dry-run --json`,
  },
  'baton queue': { exitCode: 1, says: /1 held/ },
  'baton queue show 12': { says: /WIREBOND_PULL_TEST/, instead: 'baton queue show 1' },
  'baton queue drop 12 --reason "wrong module"': {
    says: /dropped/,
    instead: 'baton queue drop 2 --reason "wrong module"',
  },
  'baton queue retry 12 [--anyway]': {
    says: /waiting now/,
    after: [`baton itkdb stage ${module} MODULE/WIREBONDING`],
    instead: 'baton queue retry 1',
  },
  'baton queue send': { says: /confirmed/ },

  'baton sensors report measurements/': {
    says: /html/,
    instead: 'baton sensors report measurements/ --no-open',
  },
  'baton sensors report --batch VPX90002': { says: /0 tests of 0 batches/ },
  'baton sensors stability measurements/': { says: /html/ },
  "baton sensors list measurements/ --where 'testType=IV and timestamp>2020-01-01' --json": {
    says: /"decision"/,
  },
  "baton sensors components --where 'batch=VPX90002'": { says: /batch +wafer +serialNumber/ },
  // A person reviews; how, is another test's.
  'baton sensors upload measurements/': { exitCode: 2, says: /E9311/ },
  'baton sensors direct kek/': { exitCode: 2, says: /E9311/ },
  'baton sensors convert old/ --mirror standard/': { says: /standard/ },
  'baton sensors config': { says: /SENSOR_S_TEST/ },
};

let world: World;
beforeAll(async () => {
  world = await openWorld();
}, 60_000);
afterAll(() => world.close());

const documented = documentedCommands();

test('every command on a page is tried here, and no other', () => {
  const missing = documented.filter(({ words }) => !Object.hasOwn(commands, words));
  expect(missing.map(({ place, words }) => `${place}  ${words}`)).toEqual([]);
  const shown = new Set(documented.map(({ words }) => words));
  expect(Object.keys(commands).filter((words) => !shown.has(words))).toEqual([]);
});

describe('does what its page says:', () => {
  for (const [words, tried] of Object.entries(commands))
    test(words, { timeout: 60_000 }, async () => {
      const { exitCode = 0, says, after = [], beside, instead = words, until } = tried;
      for (const earlier of after) await world.start(earlier).ended;
      const other = beside && world.start(beside[0]);
      await other?.says(beside![1]);
      const running = world.start(instead);
      if (until) {
        await running.says(until);
        running.child.kill('SIGINT');
      }
      const ended = await running.ended;
      other?.child.kill('SIGINT');
      await other?.ended;
      expect(ended.exitCode, ended.text).toBe(exitCode);
      expect(ended.text).toMatch(says);
    });
});
