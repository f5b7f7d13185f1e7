import type { Verdict } from '../../base/verdict.ts';

/**
 * Every text of the screens. A language is a file like this one; what it leaves out is shown in English. Words that come
 * from elsewhere (problems, names, what a calibration prints) are shown as they are.
 */
export const en = {
  verdicts: { PASS: 'PASS', FAIL: 'FAIL', NONE: 'NO VERDICT', ERROR: 'NOT COMPLETED' } as Record<
    Verdict,
    string
  >,
  personNeeded: 'PERSON NEEDED',
  stopped: 'STOPPED',

  frame: {
    simulated: (timeScale: number) => `simulated, time × ${timeScale}`,
    help: 'help',
    tooSmall: (columns: number, rows: number) =>
      `This terminal has ${columns} columns and ${rows} rows; at least 80 and 24 are needed. The run, if one goes on, does not mind. Ctrl-C stops it.`,
  },

  run: {
    steps: 'Steps',
    power: 'Power',
    output: 'Output',
    outputOf: (calibration: string) => `Output of ${calibration}`,
    following: 'following',
    scrolled: (behind: number) => `scrolled up, ${behind} lines below; End follows again`,
    about: (duration: string) => `about ${duration}`,
    left: (duration: string) => `${duration} left`,
    of: (step: number, steps: number) => `step ${step} of ${steps}`,
    elapsed: (duration: string) => `${duration} so far`,
    connecting: 'Waiting for the run…',
    noOutputs: 'no output was read so far',
    unreadable: (why: string) => `unreadable: ${why}`,
    on: 'on',
    off: 'off',
    set: 'set',
    limit: 'limit',
    compliance: 'compliance',
    stale: (age: string) => `STALE, read ${age} ago`,
    handedOver: 'with the calibration',
    before: (values: string, age: string) => `was ${values} ${age} ago`,
    noTrip: 'no trip',
    overdue: 'longer than expected',
    ivCurve: '|I| against |V|',
    timeCurve: (at: string) => `${at}, V against time`,
    stopping: 'STOPPING: ramping down',
    safe: 'every output is off, verified',
    trip: (what: string) => `TRIP: ${what}`,
    lost: 'The runner does not answer any more. Its guardian makes the station safe; what it writes is shown here.',
    asks: (step: number) => `Step ${step} asks`,
    yourAnswer: 'Your answer:',
    sendAnswer: 'Enter sends the answer; nothing is sent by a scan',
    chooseAnswer: 'arrows or a number choose, Enter sends',
    reasons: {
      completed: 'done',
      failed: 'failed',
      stopped: 'stopped',
      skipped: 'skipped',
      running: 'running',
    } as Readonly<Record<string, string>>,
  },

  verdict: {
    stopped: 'stopped; the station is safe',
    tripped: 'tripped; the station is safe',
    unsafe:
      'The module may still be under voltage. Go to the supply: read the front panel, bring the voltage down there, and switch the output off.',
    notSafe: (at: string, why: string) => `${at} is not verified off: ${why}`,
    files: (path: string) => `Everything is in ${path}`,
    report: (path: string) => `Report: ${path}`,
    next: 'Scan the next module, or press Enter for the start screen.',
    leave: 'Press Enter or q to leave.',
    took: (duration: string) => `took ${duration}`,
    noCriterion: 'no criterion',
  },

  keys: {
    title: 'Keys',
    close: 'any key closes this page',
    stop: 'stop safely, at once',
    stopShort: 'stop safely',
    leaveShort: 'leave, it goes on',
    leave: 'leave; the run goes on',
    scroll: 'scroll the output',
    scrollShort: 'scroll',
    follow: 'follow the output again',
    suspend: 'suspend; the run goes on',
    redraw: 'draw the screen anew',
    send: 'send the answer',
    choose: 'choose',
    next: 'scan the next module',
    leaveVerdict: 'leave',
    notWhileAsked: 'not while a question is asked: then it is a letter',
    back: 'back',
    quit: 'quit Baton',
    start: 'start screen',
  },
};

export type Strings = typeof en;
