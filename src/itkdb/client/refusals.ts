import type { Problem } from '../../base/errors.ts';
import { isObject, type JsonObject, objectOf, textOf } from '../json.ts';

interface Meaning {
  code: string;
  what(message: string, details: JsonObject): string;
  remedy: string;
}

const login = 'Log in again with `baton itkdb login`. In a shell with ITK_DB_AUTH set, unset it first.';

/**
 * What the last part of the database's error keys means for the person who meets it. The first part is left out, for
 * the application has changed its name once already (cern-itkpd-main, ucl-itkpd-main).
 */
const meanings: Readonly<Record<string, Meaning>> = {
  invalidToken: { code: 'E8003', what: () => 'The token is out of date or not accepted.', remedy: login },
  notAuthenticated: {
    code: 'E8002',
    what: () => 'The database does not accept these access codes.',
    remedy: 'Check both codes, and that they are not swapped; type them again with `baton itkdb login`.',
  },
  invalidCredentials: {
    code: 'E8002',
    what: () => 'The database does not accept these access codes.',
    remedy: 'Check both codes, and that they are not swapped; type them again with `baton itkdb login`.',
  },
  userIsNotAuthorized: {
    code: 'E8004',
    what: (message) => `Your role does not allow this${tail(message)}`,
    remedy:
      'Reader: view, comment, attach. Executive: register, upload. Institute authority: edit, confirm deletion. Ask the authority of your institute.',
  },
  componentDoesNotExist: {
    code: 'E8020',
    what: (message, details) =>
      `The database has no component ${named(details, 'component') ?? 'of that name'}${tail(message)}`,
    remedy: 'Check the serial number; register the component with `baton itkdb register` if it is new.',
  },
  unassociatedStageWithTestType: {
    code: 'E8021',
    what: (message) => `The test does not belong to the stage at which the component is${tail(message)}`,
    remedy:
      'Look with `baton itkdb get`. Set the stage first with `baton itkdb stage`, or upload to the earlier stage. The database says the same when the component is at another location.',
  },
  componentAtDifferentLocation: {
    code: 'E8022',
    what: (message) => `The component is not at this institution${tail(message)}`,
    remedy:
      'Look where it is with `baton itkdb get`; have the shipment received in the database first, or give the institution where it is.',
  },
  serialNumberDuplicity: {
    code: 'E8025',
    what: (message, details) =>
      `The serial number ${named(details, 'serialNumber') ?? ''} is taken already${tail(message)}`.replace(
        '  ',
        ' ',
      ),
    remedy: 'Look at what has it with `baton itkdb get`; nothing was registered.',
  },
  testRunDaoGetFailed: {
    code: 'E8026',
    what: (message) => `The database has no such test run${tail(message)}`,
    remedy: 'Check the id of the test run.',
  },
  componentTypeDaoGetByCodeFailed: {
    code: 'E8026',
    what: (message) => `The database has no such component type${tail(message)}`,
    remedy: 'Check project and component type, for instance P and MODULE.',
  },
  internalServerError: {
    code: 'E8012',
    what: (message) => `The database has a fault of its own${tail(message)}`,
    remedy: 'Try again later. What is queued stays queued.',
  },
  revisionMismatch: {
    code: 'E8028',
    what: (message) => `Somebody changed it meanwhile${tail(message)}`,
    remedy: 'Look at it again with `baton itkdb get`, then repeat.',
  },
};

/** One problem for one entry of an error map. */
export function refusalProblem(command: string, reason: string, entry: JsonObject): Problem {
  const message = textOf(entry.message) ?? '';
  const details = objectOf(entry.paramMap);
  if (reason === 'invalidDtoIn') return invalidInput(command, message, details);
  if (reason === 'internalServerError' && /signature/i.test(message))
    return { code: 'E8003', what: `${command}: the token is not accepted (${message}).`, remedy: login };
  const meaning = meanings[reason];
  if (meaning)
    return {
      code: meaning.code,
      what: `${command}: ${meaning.what(message, details)}`,
      remedy: meaning.remedy,
    };
  return {
    code: 'E8027',
    what: `${command}: the database refuses: ${reason}${tail(message)}`,
    remedy: 'Nothing was written. Correct what it names, or ask the component manager what the rule is.',
  };
}

/** The three maps of a schema failure, each `{"$.key": {"<code>": "<reason>"}}`, in one sentence. */
function invalidInput(command: string, message: string, details: JsonObject): Problem {
  const parts = [
    ['missing', details.missingKeyMap],
    ['wrong type', details.invalidTypeKeyMap],
    ['wrong value', details.invalidValueKeyMap],
  ] as const;
  const faults = parts.flatMap(([kind, map]) =>
    Object.entries(objectOf(map)).map(([path, why]) => `${path} ${kind}${reasons(why)}`),
  );
  return {
    code: 'E8024',
    what: `${command}: the database does not accept the input: ${faults.join('; ') || message || 'no reason given'}.`,
    remedy: 'Nothing was written. Correct these keys and send it again.',
  };
}

function reasons(why: unknown): string {
  const texts = isObject(why) ? Object.values(why).filter((text) => typeof text === 'string') : [];
  return texts.length > 0 ? ` (${texts.join(', ')})` : '';
}

function named(details: JsonObject, key: string): string | undefined {
  return textOf(details[key]);
}

function tail(message: string): string {
  const text = message.trim().replace(/\.$/, '');
  return text ? `: ${text}.` : '.';
}
