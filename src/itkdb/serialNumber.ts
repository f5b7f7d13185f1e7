import type { Problem } from '../base/errors.ts';

/*
 * The serial numbers of ATLAS ITk: `20U`, two letters for project and subproject, two for the component, 7 digits
 * [ATLAS naming; itksn]. The lists of letters grow, so an unknown pair is a warning; length, prefix and digits are
 * the grammar and are refused.
 */

interface SerialNumber {
  text: string;
  /** P pixels, S strips, C common. */
  project: string;
  /** `PG`, `PI`, … */
  subproject: string;
  /** `M2`, `PQ`, … */
  identifier: string;
  digits: string;
}

const subprojects: Readonly<Record<string, string>> = {
  PI: 'inner pixel',
  PB: 'outer pixel barrel',
  PG: 'pixel general',
  PE: 'outer pixel endcap',
  SB: 'strip barrel',
  SE: 'strip endcap',
  SG: 'strip general',
  CM: 'common mechanics',
  CE: 'common electronics',
};

const pixelIdentifiers = /^(FW|FC|W[A-Z0-9]|S[0-9G-J]|B[124Q]|P[QDTX05]|M[0125SC]|R[026-9QR]|WP|X[A-Z])$/;

const frontEnds: Readonly<Record<string, string>> = {
  '0': 'RD53A',
  '1': 'ITkpix v1',
  '2': 'ITkpix v1.1',
  '3': 'ITkpix v2',
  '4': 'ITkpix v2, production',
  '5': 'ITkpix v2, production, second flex',
  '9': 'no chip',
};

/** Undefined when it does not keep the grammar; `checkSerialNumber` says why. */
export function parseSerialNumber(text: string): SerialNumber | undefined {
  const match = /^20U([A-Z])([A-Z])([A-Z0-9]{2})(\d{7})$/.exec(text);
  if (!match) return undefined;
  const [, project, sub, identifier, digits] = match as unknown as [string, string, string, string, string];
  return { text, project, subproject: `${project}${sub}`, identifier, digits };
}

/** Errors for what cannot be one, warnings for what is unusual. */
export function checkSerialNumber(
  text: string,
  expected: { subproject?: string | undefined; identifier?: string | undefined } = {},
): Problem[] {
  const error = (what: string): Problem[] => [
    {
      code: 'E8030',
      what: `${text || 'The serial number'} ${what}.`,
      remedy: 'It is written as 20UPGM22110001.',
    },
  ];
  if (text.length !== 14) return error(`has ${text.length} characters; a serial number has 14`);
  if (!text.startsWith('20U')) return error('does not begin with 20U');
  const number = parseSerialNumber(text);
  if (!number)
    return error(
      /[a-z]/.test(text)
        ? 'has small letters; they are capital'
        : 'does not end in 7 digits after its letters',
    );
  const { subproject, identifier } = expected;
  if (subproject && number.subproject !== subproject)
    return error(`is of ${number.subproject}, not of ${subproject}`);
  if (identifier && number.identifier !== identifier)
    return error(`has the letters ${number.identifier}; the chosen type has ${identifier}`);
  return unusual(number);
}

function unusual(number: SerialNumber): Problem[] {
  const warn = (what: string): Problem => ({
    code: 'E8031',
    what: `${number.text}: ${what}.`,
    remedy: 'Baton does not know it. It may be newer than this version; check it once more.',
    severity: 'warning',
  });
  if (!(number.subproject in subprojects))
    return [warn(`${number.subproject} is no subproject that is known`)];
  if (number.project !== 'P') return [];
  if (!pixelIdentifiers.test(number.identifier))
    return [warn(`${number.identifier} is no component that is known`)];
  if (/^M[0125S]$/.test(number.identifier) && !(number.digits[0]! in frontEnds))
    return [warn(`its first digit ${number.digits[0]} names no front-end chip that is known`)];
  return [];
}

/** Built from its parts, with the number padded. */
export function buildSerialNumber(subproject: string, identifier: string, digits: string): string {
  return `20U${subproject}${identifier}${digits.padStart(7, '0')}`;
}

/** What it says in words: `pixel general, M2, ITkpix v1`. */
export function describeSerialNumber(number: SerialNumber): string {
  const parts = [subprojects[number.subproject] ?? number.subproject, number.identifier];
  const frontEnd = /^M[0125S]$/.test(number.identifier) ? frontEnds[number.digits[0]!] : undefined;
  return [...parts, ...(frontEnd ? [frontEnd] : [])].join(', ');
}
