import { BatonError } from '../../base/errors.ts';

/** Whatever was thrown, as what a person is shown. */
export function asBatonError(error: unknown): BatonError {
  return error instanceof BatonError ? error : (refusedByDisk(error) ?? unexpected(error));
}

/** A file or folder that this user, or this disk, does not allow: no fault of Baton. */
function refusedByDisk(error: unknown): BatonError | undefined {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (!(error instanceof Error) || typeof path !== 'string' || !code) return undefined;
  return new BatonError(
    {
      code: 'E1005',
      what: `${path} could not be used: ${message.replace(/^\w+: (.*?), .*$/s, '$1')} (${code}).`,
      remedy: 'Look at its name, its permissions and the room on its disk, or name another place.',
    },
    { cause: error, exitCode: 3 },
  );
}

function unexpected(error: unknown): BatonError {
  const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new BatonError(
    {
      code: 'E1000',
      what: `Baton met something that it did not expect: ${what}`,
      remedy: 'Please report it with the lines above.',
    },
    { cause: error, exitCode: 3 },
  );
}
