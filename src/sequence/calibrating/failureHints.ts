import type { Measurement, Verdict } from '../../base/verdict.ts';
import type { FailEntry } from '../../scripts/script.ts';
import type { CalibrationStep } from '../step.ts';

/**
 * The script's hints beside what they are for: an entry whose code is the name of a measurement stands with it when it
 * fails, every other one with the calibration as a whole when that does not pass.
 */
export function withHints<Judged extends { verdict: Verdict; measurements: readonly Measurement[] }>(
  judged: Judged,
  { calibration, fail }: Pick<CalibrationStep, 'calibration' | 'fail'>,
): Judged {
  if (fail.length === 0 || judged.verdict === 'PASS') return judged;
  const names = new Set(judged.measurements.map(({ name }) => name));
  const measurements = judged.measurements.map((one) => {
    const hint = fail.find(({ fid }) => fid === one.name);
    if (!hint || one.verdict === 'PASS' || one.verdict === 'NONE') return one;
    return { ...one, flag: [one.flag, hint.msg].filter(Boolean).join('; ') };
  });
  const whole = fail
    .filter(({ fid }) => !names.has(fid))
    .map(
      ({ fid, msg }): Measurement => ({
        name: calibration,
        unit: '',
        verdict: judged.verdict,
        flag: told({ fid, msg }),
      }),
    );
  return { ...judged, measurements: [...measurements, ...whole] };
}

/** As the operator reads it. */
export function told({ fid, msg }: FailEntry): string {
  return `${fid}: ${msg}`;
}
