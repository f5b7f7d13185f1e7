import type { JsonObject } from '../json.ts';

/** The application's name in front of its error keys; it was cern-itkpd-main until 2021. */
export const application = 'ucl-itkpd-main';

/** The database says no, in its own words. Thrown inside a command; nothing of that command stays. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly key: string;
  readonly paramMap: JsonObject;

  /** `key` with a slash is the whole key, without one it is completed with the command's name. */
  constructor(key: string, message: string, paramMap: JsonObject = {}, status = 400) {
    super(message);
    this.key = key;
    this.status = status;
    this.paramMap = paramMap;
  }
}

export function refusalBody(command: string, refusal: Refusal): JsonObject {
  const key = refusal.key.includes('/') ? refusal.key : `${application}/${command}/${refusal.key}`;
  return {
    uuAppErrorMap: {
      [key]: {
        id: `${Date.now()}`,
        timestamp: new Date().toISOString(),
        type: 'error',
        message: refusal.message,
        paramMap: refusal.paramMap,
      },
    },
  };
}
