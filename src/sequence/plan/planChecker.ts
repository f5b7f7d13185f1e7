import type { Action, Calibrate, Level } from '../../calibrations/action.ts';
import type { PoweringGroup, Station } from '../../station/station.ts';

/**
 * Checks a plan against the safety rules of the design, from the actions alone: a state machine that knows nothing of
 * categories as the planner has them and shares no table with it, so that both would have to be wrong in the same way.
 *
 * Actions that depend on the bias being allowed are followed through both worlds, the one where it is and the one where
 * it is not; every rule must hold in both.
 */
export function checkPlan(
  actions: readonly Action[],
  context: { station: Station; group: PoweringGroup },
): string[] {
  const violations: string[] = [];
  const report = (what: string) => {
    if (!violations.includes(what)) violations.push(what);
  };
  for (const so of assumptions) {
    const world = new World(context, so, report);
    actions.forEach((action, i) => {
      world.follow(action, i + 1);
    });
    world.end();
  }
  return violations;
}

/** What each calibration may find and be given: the power table of the design, written down a second time. */
const table: Record<string, { hv: 'off' | 'biased'; lv: 'off' | 'on'; owns: readonly string[] }> = {
  voltage_trimming: { hv: 'off', lv: 'on', owns: [] },
  get_module_info: { hv: 'off', lv: 'on', owns: [] },
  iv_curve: { hv: 'off', lv: 'off', owns: ['hv', 'lv'] },
  sldo_vi_curves: { hv: 'off', lv: 'off', owns: ['lv', 'ab'] },
  sldo_vi_curves_GADC: { hv: 'off', lv: 'off', owns: ['lv'] },
  calibrate_module: { hv: 'biased', lv: 'on', owns: [] },
  custom_sequence: { hv: 'biased', lv: 'on', owns: [] },
  custom_calibration: { hv: 'biased', lv: 'on', owns: [] },
  crosstalk_method: { hv: 'biased', lv: 'on', owns: [] },
};

/** Rule 6, for a station that says nothing else. */
const hardLimit = { '3D': -80, planar: -350 };

/** Which of the conditions hold: every rule must be kept in each of these worlds. */
type Assumption = Record<'bias allowed' | 'breakdown found', boolean>;
const assumptions: readonly Assumption[] = [true, false].flatMap((allowed) =>
  [true, false].map((found) => ({ 'bias allowed': allowed, 'breakdown found': found })),
);

/** What a coldbox can be set to, written down a second time. */
const coldest = -40;
const warmest = 40;

class World {
  readonly #so: Assumption;
  readonly #violation: (what: string) => void;
  readonly #hvAt: string | undefined;
  readonly #instruments: Station['instruments'];
  readonly #lowest: number;
  readonly #largestStep: number;
  readonly #slowest: number;
  readonly #target: number | undefined;
  readonly #compliance: number;
  readonly #lv = new Map<string, boolean>();
  readonly #levelled = new Set<string>();
  #hvOn = false;
  #voltage = 0;
  #open = false;
  #adopted = false;
  #handed: readonly string[] = [];
  /** The calibration whose results were not read yet. */
  #unread: string | undefined;
  /** An IV has begun, and its breakdown is not read yet. */
  #doubtful = false;
  #cooled = false;

  constructor(
    { station, group }: { station: Station; group: PoweringGroup },
    so: Assumption,
    violation: (what: string) => void,
  ) {
    this.#so = so;
    this.#violation = violation;
    this.#hvAt = group.hv;
    this.#instruments = station.instruments;
    const limits = group.modules.map(({ sensorType }) => {
      const type = sensorType ?? '3D';
      return station.limits[type]?.maxVoltage ?? hardLimit[type];
    });
    this.#lowest = Math.max(...limits);
    const supply = group.hv && station.instruments.get(group.hv.slice(0, group.hv.lastIndexOf(':')));
    this.#largestStep = supply ? supply.defaultStepSize : 5;
    this.#slowest = supply ? supply.defaultDelay : 1;
    this.#target = supply ? supply.defaultVoltage : undefined;
    this.#compliance = supply ? (supply.defaultCurrent ?? 0) : 0;
    for (const at of group.lv) this.#lv.set(at, false);
  }

  follow(action: Action, position: number): void {
    if (action.when !== undefined && !this.#so[action.when]) return;
    const broken = (rule: number, what: string) =>
      this.#violation(`rule ${rule}, action ${position} (${action.do}): ${what}`);
    switch (action.do) {
      case 'open':
        this.#open = true;
        if (this.#hvAt !== undefined && !action.roles.includes('hv'))
          broken(9, 'HV is not opened, and so not read');
        if (this.#lv.size > 0 && !action.roles.includes('lv')) broken(9, 'LV is not opened, and so not read');
        return;
      case 'adopt':
        if (!this.#open) broken(9, 'outputs are adopted before the instruments are open');
        this.#adopted = true;
        return;
      case 'level':
        this.#mayWrite(action.role, broken);
        if (action.role === 'hv') {
          if (action.at !== this.#hvAt) broken(4, `${action.at} is not of this powering group`);
          if (action.voltage !== undefined) broken(2, 'HV is set to a voltage in one jump');
          if (!(action.current > 0 && action.current <= this.#compliance))
            broken(6, `a compliance of ${action.current} A, allowed is up to ${this.#compliance} A`);
          if (this.#hvOn) broken(2, 'the compliance is written while HV is on');
        } else this.#lvLevel(action, broken);
        this.#levelled.add(action.at);
        return;
      case 'output':
        this.#mayWrite(action.role, broken);
        if (action.role === 'hv') this.#hvOutput(action.at, action.on, broken);
        else this.#lvOutput(action.at, action.on, broken);
        return;
      case 'ramp':
        this.#mayWrite('hv', broken);
        if (action.at !== this.#hvAt) broken(4, `${action.at} is not of this powering group`);
        if (!(action.stepSize > 0 && action.stepSize <= this.#largestStep))
          broken(2, `steps of ${action.stepSize} V, allowed are ${this.#largestStep} V`);
        if (!(action.delay > 0 && action.delay <= this.#slowest))
          broken(2, `a delay of ${action.delay} s, allowed is up to ${this.#slowest} s`);
        if (action.to > 0) broken(6, `a ramp to the positive voltage ${action.to} V`);
        if (action.to < this.#lowest)
          broken(6, `a ramp to ${action.to} V, beyond the sensor's limit of ${this.#lowest} V`);
        if (action.to !== 0 && action.when !== 'bias allowed')
          broken(5, 'the sensor is biased without asking whether its breakdown allows it');
        if (action.to !== 0 && action.to !== this.#target)
          broken(5, `the sensor is biased at ${action.to} V, and asked about is ${this.#target} V`);
        if (!this.#hvOn && action.to !== 0) broken(2, 'a ramp with the output off');
        if (this.#hvOn && action.from !== this.#voltage)
          broken(2, `a ramp from ${action.from} V, and the bias is at ${this.#voltage} V`);
        if (this.#hvOn) this.#voltage = action.to;
        return;
      case 'handOver':
        if (!this.#adopted) broken(9, 'instruments are handed over before what they do was read');
        if (this.#handed.length > 0) broken(4, 'instruments are handed over that were not taken back');
        if (action.roles.includes('lv') && !action.roles.includes('hv') && this.#hvOn)
          broken(4, 'LV is handed over without HV while HV is up');
        if (action.roles.includes('hv') && this.#hvOn) broken(4, 'HV is handed over with its output on');
        this.#handed = action.roles;
        return;
      case 'calibrate':
        if (this.#unread !== undefined) broken(10, `the results of ${this.#unread} were not read`);
        this.#unread = action.calibration;
        if (action.owns.includes('hv')) this.#doubtful = true;
        this.#calibrate(action, broken);
        return;
      case 'takeBack':
        if (this.#handed.join() !== action.roles.join())
          broken(
            4,
            `takes back ${action.roles.join(', ')}; handed over were ${this.#handed.join(', ') || 'none'}`,
          );
        this.#handed = [];
        if (action.roles.includes('hv')) {
          this.#hvOn = false;
          this.#voltage = 0;
          // What a calibration left set in between nobody knows.
          this.#levelled.delete(this.#hvAt ?? '');
        }
        if (action.roles.includes('lv'))
          for (const at of this.#lv.keys()) {
            this.#lv.set(at, false);
            this.#levelled.delete(at);
          }
        return;
      case 'check':
        if (this.#handed.length > 0)
          broken(4, 'checks read the station while a calibration owns a part of it');
        return;
      case 'setTemperature':
      case 'warmUp':
        if (!this.#adopted) broken(9, 'the temperature is changed before what was on was read');
        if (this.#hvOn || this.#handed.length > 0 || [...this.#lv.values()].some(Boolean))
          broken(1, 'the temperature is changed with the module powered: cold first, then LV, then HV');
        if (!(action.to >= coldest && action.to <= warmest))
          broken(6, `a temperature of ${action.to} °C, allowed are ${coldest} to ${warmest} °C`);
        this.#cooled = action.do === 'setTemperature';
        return;
      case 'identify':
        if (this.#hvOn) broken(5, 'the module is biased before it is known which one it is');
        this.#calibrate({ ...action, owns: [], maxVoltage: 0 }, broken);
        return;
      case 'recall':
        if (this.#handed.length > 0)
          broken(4, 'results are recalled while a calibration owns a part of the station');
        return;
      case 'readResults':
        if (this.#unread === undefined) broken(10, 'reads the results of nothing');
        if (this.#handed.length > 0) broken(10, 'results are judged before the instruments are back');
        this.#unread = undefined;
        return;
      case 'readBreakdowns':
        if (this.#unread !== undefined)
          broken(5, `the breakdown is read before the results of ${this.#unread}`);
        if (action.at !== this.#hvAt || action.target !== this.#target)
          broken(5, `the breakdown is held against ${action.target} V at ${action.at}`);
        this.#doubtful = false;
        return;
    }
  }

  end(): void {
    if (this.#cooled) this.#violation('rule 1, at the end: the coldbox is left cold');
    if (this.#hvOn) this.#violation('rule 1, at the end: HV is still on');
    if ([...this.#lv.values()].some(Boolean)) this.#violation('rule 1, at the end: LV is still on');
    if (this.#handed.length > 0) this.#violation('rule 4, at the end: instruments were not taken back');
    if (this.#unread !== undefined)
      this.#violation(`rule 10, at the end: the results of ${this.#unread} were never read`);
  }

  #mayWrite(role: string, broken: (rule: number, what: string) => void): void {
    if (!this.#adopted) broken(9, 'writes before what was found on was read and adopted');
    if (this.#handed.includes(role)) broken(4, `writes to ${role} while the calibration owns it`);
  }

  #hvOutput(at: string, on: boolean, broken: (rule: number, what: string) => void): void {
    if (at !== this.#hvAt) broken(4, `${at} is not of this powering group`);
    if (on && [...this.#lv.values()].some((lvOn) => !lvOn)) broken(1, 'HV goes on while LV is off');
    if (on && !this.#levelled.has(at)) broken(6, 'HV goes on without a compliance');
    if (on && this.#doubtful) broken(5, 'HV goes on before it is known what the IV says of the breakdown');
    if (!on && this.#hvOn && this.#voltage !== 0)
      broken(2, `HV goes off at ${this.#voltage} V instead of being ramped to zero`);
    this.#hvOn = on;
    this.#voltage = 0;
  }

  #lvOutput(at: string, on: boolean, broken: (rule: number, what: string) => void): void {
    if (!this.#lv.has(at)) broken(4, `${at} is not of this powering group`);
    if (!on && (this.#hvOn || this.#handed.includes('hv'))) broken(1, 'LV goes off while HV is not off');
    if (on && !this.#levelled.has(at)) broken(6, 'LV goes on without its level');
    this.#lv.set(at, on);
  }

  /** A module takes its default, and nothing else. */
  #lvLevel({ at, voltage, current }: Level, broken: (rule: number, what: string) => void): void {
    if (!this.#lv.has(at)) broken(4, `${at} is not of this powering group`);
    if (this.#lv.get(at)) broken(6, 'the level of LV is changed while it is on');
    const supply = this.#instruments.get(at.slice(0, at.lastIndexOf(':')));
    if (voltage !== supply?.defaultVoltage || current !== supply?.defaultCurrent)
      broken(6, `LV is set to ${voltage} V and ${current} A, which is not its default`);
  }

  #calibrate(
    action: Pick<Calibrate, 'calibration' | 'argv' | 'owns' | 'maxVoltage' | 'timeLimit'>,
    broken: (rule: number, what: string) => void,
  ): void {
    const { calibration, argv, owns } = action;
    const row = table[calibration];
    if (!row) {
      broken(10, `${calibration} is in no row of the power table`);
      return;
    }
    // A module without LV is unpowered, one without HV unbiased: for them there is nothing to be on.
    const lv = this.#lv.size === 0 ? row.lv : [...this.#lv.values()].every(Boolean) ? 'on' : 'off';
    const lvAll = [...this.#lv.values()];
    if (lv !== row.lv || (row.lv === 'off' && lvAll.some(Boolean)))
      broken(1, `${calibration} with LV ${lv}, wants it ${row.lv}`);
    const hv = this.#hvAt === undefined ? row.hv : this.#hvOn && this.#voltage < 0 ? 'biased' : 'off';
    if (hv !== row.hv) broken(5, `${calibration} with HV ${hv}, wants it ${row.hv}`);
    if (owns.join() !== this.#handed.join())
      broken(
        4,
        `${calibration} owns ${owns.join(', ') || 'nothing'}; handed over were ${this.#handed.join(', ') || 'none'}`,
      );
    if (owns.some((role) => !row.owns.includes(role)))
      broken(4, `${calibration} is given ${owns.join(', ')}`);
    for (const role of rolesInDicts(argv))
      if (!(owns as readonly string[]).includes(role))
        broken(4, `${calibration} is told of ${role}, which it does not own`);
    if (owns.length > 0 && argv.includes('--no-monitoring'))
      broken(7, `${calibration} owns ${owns.join(', ')} with its monitors switched off`);
    const { maxVoltage, timeLimit } = action;
    if (!(timeLimit > 0 && Number.isFinite(timeLimit)))
      broken(7, `${calibration} is ended after ${timeLimit} s, which is at once or never`);
    if (owns.includes('hv') && !(maxVoltage > 0 && maxVoltage <= Math.abs(this.#lowest)))
      broken(6, `${calibration} goes to ${maxVoltage} V, allowed is up to ${Math.abs(this.#lowest)} V`);
  }
}

/** The roles in the channels dict that the calibration is started with. */
function rolesInDicts(argv: readonly string[]): string[] {
  const text = argv[argv.indexOf('--channels-dict') + 1];
  if (!argv.includes('--channels-dict') || text === undefined)
    return ['everything (it has no channels dict)'];
  const channels = JSON.parse(text) as Record<string, Record<string, unknown>>;
  return [...new Set(Object.values(channels).flatMap((roles) => Object.keys(roles)))];
}
