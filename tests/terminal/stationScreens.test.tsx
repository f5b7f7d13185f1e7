import { afterEach, describe, expect, test } from 'vitest';
import { BatonError } from '../../src/base/errors.ts';
import { PreflightScreen } from '../../src/terminal/screens/preflightScreen.tsx';
import { StationApp } from '../../src/terminal/screens/stationApp.tsx';
import type { Finding, Recognised, RunChoice, StationAccess } from '../../src/terminal/station.ts';
import { fakeUploads } from './fakeUploads.ts';
import { type ToldRun, toldRun } from './runs.ts';
import { type DrawnScreen, drawScreen, settled } from './screen.tsx';

let drawn: DrawnScreen | undefined;
afterEach(() => {
  drawn?.close();
  drawn = undefined;
});

const module = { index: '0', name: 'Q2X2-0001', serialNumber: '20UPGM22110039' };
const choice: RunChoice = { sequence: 'electrical-qc', set: {}, operator: 'Ada', upload: true, module: '0' };
const fine: Finding = { about: 'station files', state: 'ok', notes: ['3 instruments'], problems: [] };
const wrong: Finding = {
  about: 'hv_1',
  state: 'wrong',
  notes: [],
  problems: [{ code: 'E3001', what: 'hv_1 does not answer.', remedy: 'Look at its cable.' }],
};

interface FakeStation extends StationAccess {
  started: RunChoice[];
  run: ToldRun;
}

/** A station of two modules and two sequences, where everything is in order unless a test says otherwise. */
function fakeStation(more: Partial<StationAccess> & { findings?: Finding[] } = {}): FakeStation {
  const started: RunChoice[] = [];
  const run = toldRun();
  const watched = {
    run: run.watch,
    directory: '/runs/1',
    stop: () => undefined,
    answer: () => undefined,
    leave: () => undefined,
  };
  const { findings = [fine], ...rest } = more;
  return {
    started,
    run,
    id: 'example-1',
    site: 'Example clean room',
    twin: true,
    operator: 'Ada',
    language: 'en',
    modules: [module, { index: '1', name: 'Q2X2-0002' }],
    sequences: async () => [
      { name: 'bare-module-iv', title: 'Bare module IV', calibrations: ['iv_curve'], problems: 0 },
      { name: 'electrical-qc', title: 'Electrical QC', calibrations: ['iv_curve'], problems: 0 },
    ],
    runs: async () => [],
    record: async () => ({ record: run.record(), directory: '/runs/1' }),
    recognise: async (text): Promise<Recognised | undefined> =>
      text === module.serialNumber ? { module } : undefined,
    questions: async () => ({ questions: [], problems: [] }),
    preflight: async (_choice, tell) => {
      for (const finding of findings) tell(finding);
      return {
        title: 'Electrical QC',
        modules: ['Q2X2-0001 20UPGM22110039'],
        steps: ['1  iv_curve  about 4 min 0 s'],
        actions: 12,
        estimate: 900,
      };
    },
    start: async (one) => {
      started.push(one);
      return watched;
    },
    goingOn: async () => undefined,
    uploads: fakeUploads().uploads,
    register: async () => undefined,
    resume: async () => undefined,
    wirebond: async () => undefined,
    folder: async () => ({ path: '/', entries: [] }),
    ...rest,
  };
}

describe('the card before a run', () => {
  async function card(station: FakeStation) {
    const went: string[] = [];
    drawn = await drawScreen(
      <PreflightScreen
        station={station}
        title="Electrical QC"
        choice={choice}
        onStarted={() => went.push('started')}
        onBack={() => went.push('back')}
      />,
    );
    return { screen: drawn, went };
  }

  test('shows everything that was found, the plan, and when it will be done', async () => {
    const { screen } = await card(fakeStation({ findings: [fine, wrong] }));
    expect(screen.text()).toMatchSnapshot();
  });

  test('starts by a key of its own, pressed alone, when it could be read', async () => {
    const station = fakeStation();
    const { screen, went } = await card(station);
    // Too soon to have been read.
    await screen.press('y');
    await passed();
    expect(station.started).toEqual([]);
    screen.passes(1000);
    await screen.press('y');
    await expect.poll(() => went).toEqual(['started']);
    expect(station.started).toEqual([choice]);
  });

  test('is not started by a scan, by Enter, or by a y that is the beginning of something', async () => {
    const station = fakeStation();
    const { screen, went } = await card(station);
    screen.passes(1000);
    await screen.press('y20UPGM\r');
    await screen.press('y', '2');
    await passed();
    expect(station.started).toEqual([]);
    await screen.press('\r');
    expect(went).toEqual(['back']);
  });

  test('what is wrong cannot be started, and is checked again by r', async () => {
    const findings = [wrong];
    const station = fakeStation({ findings });
    const { screen, went } = await card(station);
    screen.passes(1000);
    await screen.press('y');
    await passed();
    expect(went).toEqual([]);
    expect(screen.text()).toContain('E3001  hv_1 does not answer.');
    expect(screen.text()).toContain('It cannot be started as it is');
    findings.splice(0, 1, fine);
    await screen.press('r');
    expect(screen.text()).toContain('START: the module is powered');
  });

  test('what the runner refuses with is shown, and nothing is lost', async () => {
    const problem = { code: 'E6503', what: 'the station is in use.', remedy: 'Wait.' };
    const { screen, went } = await card(
      fakeStation({ start: () => Promise.reject(new BatonError(problem)) }),
    );
    screen.passes(1000);
    await screen.press('y');
    await expect.poll(() => screen.text()).toContain('E6503  the station is in use.');
    expect(went).toEqual([]);
  });
});

describe('the start screen', () => {
  async function app(station: StationAccess) {
    const quit: string[] = [];
    drawn = await drawScreen(<StationApp load={async () => station} onQuit={() => quit.push('quit')} />);
    await settled();
    return { screen: drawn, quit };
  }

  test('is ready for a scan, and shows the sequences and the station', async () => {
    const { screen } = await app(fakeStation());
    expect(screen.text().replace(/\d\d:\d\d$/m, 'hh:mm')).toMatchSnapshot();
  });

  test('a scanned module is taken, and the one chosen in the set-up', async () => {
    const { screen } = await app(fakeStation());
    await screen.press('20UPGM22110039\r');
    expect(screen.text()).toContain('Module   Q2X2-0001  20UPGM22110039');
    await screen.press('e', 'l', 'e', 'c', '\r');
    expect(screen.text()).toContain('Set-up   Electrical QC');
    expect(screen.text()).toContain('← Q2X2-0001  20UPGM22110039 →');
  });

  test('a scan that nobody knows chooses no sequence', async () => {
    const { screen } = await app(fakeStation());
    await screen.press('electrical\r');
    expect(screen.text()).toContain('"electrical" is no module');
    expect(screen.text()).toContain('Scan or type ▸ ');
  });

  test('of several modules none is taken by chance, and without one nothing is checked', async () => {
    const { screen } = await app(fakeStation());
    await screen.press('\r');
    await screen.press('\x1b[15~');
    expect(screen.text()).toContain('Choose a module with the arrows');
    expect(screen.text()).toMatchSnapshot();
    await screen.press('\x1b[C', '\x1b[15~');
    expect(screen.text()).toContain('START: the module is powered');
  });

  test('a traveller leads to its card, with the values that are printed on it', async () => {
    const traveller: RunChoice = { sequence: 'BATON1ABC', set: {}, operator: 'Ada', upload: true };
    const station = fakeStation({ recognise: async () => ({ traveller, title: 'Tuning' }) });
    const { screen } = await app(station);
    await screen.press('BATON1ABC\r');
    expect(screen.text()).toContain('Before the run   Tuning');
    await passed(400);
    screen.passes(1000);
    await screen.press('y');
    await expect.poll(() => station.started).toEqual([traveller]);
  });

  test('a run that goes on is shown at once, and the next module can be scanned on its verdict', async () => {
    const station = fakeStation();
    const watched = {
      run: station.run.watch,
      directory: '/runs/1',
      stop: () => undefined,
      answer: () => undefined,
      leave: () => undefined,
    };
    const { screen } = await app({ ...station, goingOn: async () => watched });
    expect(screen.text()).toContain('Steps');
    station.run.tell({ event: 'run.ended', end: 'completed', verdict: 'PASS', exitCode: 0 }, 900);
    await expect.poll(() => screen.text()).toContain('Scan the next module');
    screen.passes(5000);
    await screen.press('20UPGM22110039\r');
    expect(screen.text()).toContain('Module   Q2X2-0001  20UPGM22110039');
  });

  test('faults in the files of the station are shown instead of it', async () => {
    const problem = { code: 'E2006', what: '"rendrer" is unknown.', remedy: 'Write "renderer".' };
    drawn = await drawScreen(
      <StationApp load={() => Promise.reject(new BatonError(problem))} onQuit={() => undefined} />,
    );
    await settled();
    expect(drawn.text()).toContain('E2006  "rendrer" is unknown.');
  });

  test('however many faults the files have, none is cut, and the last one can be reached', async () => {
    const problems = Array.from({ length: 40 }, (_, i) => ({
      code: 'E2006',
      what: `"Hybrid.${i}" is the text ${'x'.repeat(60)}, and must be number ${i}.`,
      remedy: 'Mend it.',
    }));
    drawn = await drawScreen(
      <StationApp load={() => Promise.reject(new BatonError(problems))} onQuit={() => undefined} />,
    );
    await settled();
    expect(drawn.text()).toContain('cannot be used as its files are');
    expect(drawn.text()).toContain('and must be number 0.');
    expect(drawn.text()).toContain('more lines below');
    await drawn.press(...Array<string>(8).fill('\u001b[6~'));
    expect(drawn.text()).toContain('and must be number 39.');
    expect(drawn.text()).not.toContain('more lines below');
  });
});

/** Longer than anything that waits for a key to stand alone. */
async function passed(ms = 120): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
