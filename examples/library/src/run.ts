// A sequence made in a program: node dist/run.js STATION
// STATION is a folder with station files; `baton simulate --dir sim --time-scale 100` makes one without hardware.
import {
  askDirigent,
  CalibrationSequence,
  describeAction,
  InvalidCalibration,
  isBatonError,
  loadStation,
  MissingInstrument,
  poweringGroup,
  startRun,
} from 'baton';

const [folder = 'config'] = process.argv.slice(2);

try {
  const { station, warnings } = await loadStation(folder);
  for (const { what, remedy } of warnings) console.warn(`${what} ${remedy}`);

  // Everything that is wrong is said here, before anything is touched.
  const sequence = new CalibrationSequence(
    {
      station,
      group: poweringGroup(station),
      dirigent: await askDirigent(station.dirigent, ['iv_curve', 'calibrate_module']),
    },
    ['iv_curve -t -s 5', 'calibrate_module'],
    'IV and tuning',
    {
      // One list a tuning calibration: names, or dictionaries that change what the test is set to.
      tuningStepArgs: [
        [
          { name: 'ThresholdAdjustment_2000' },
          { name: 'ThresholdEqualization' },
          { name: 'ThresholdAdjustment_1200', TargetThr: 1000 },
          { name: 'SCurveScan_400' },
        ],
      ],
      requiredInstruments: [['hv', 'lv'], ['lv']],
    },
  );
  const plan = sequence.plan();
  console.log(`${plan.title}: ${plan.actions.length} actions, about ${Math.ceil(plan.estimate / 60)} min`);
  for (const action of plan.actions) console.log(`  ${describeAction(action)}`);

  // Ctrl-C stops it safely: HV ramped to zero, LV off, both verified.
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort('Ctrl-C'));
  const run = await startRun(sequence, {
    upload: false,
    signal: stop.signal,
    onEvent: (event) => {
      if (event.event === 'step.judged') console.log(`step ${event.step}: ${event.verdict}`);
    },
  });
  console.log(run.path);
  const record = await run.ended;
  for (const { name, verdict, breakdown } of record.modules)
    console.log(`${name}: ${verdict}, breakdown ${breakdown?.found ?? 'not measured'}`);
  process.exitCode = record.exitCode ?? 3;
} catch (error) {
  if (error instanceof InvalidCalibration || error instanceof MissingInstrument)
    console.error('This station cannot run that sequence.');
  if (!isBatonError(error)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
