import { BatonError, type Place } from '../base/errors.ts';

interface Told {
  what: string;
  remedy: string;
  where?: Place | undefined;
}

/** In the list, but unknown to the catalogue or to the installed dirigent, or without a category. */
export class InvalidCalibration extends BatonError {
  override readonly name = 'InvalidCalibration';
  constructor(told: Told) {
    super({ code: 'E4101', ...told });
  }
}

/** A role that a calibration cannot do without is not in instruments.json, or has no channel. */
export class MissingInstrument extends BatonError {
  override readonly name = 'MissingInstrument';
  constructor(told: Told) {
    super({ code: 'E4102', ...told });
  }
}

/** A tuning calibration without its tuning list. */
export class MissingTuning extends BatonError {
  override readonly name = 'MissingTuning';
  constructor(told: Told) {
    super({ code: 'E4103', ...told });
  }
}
