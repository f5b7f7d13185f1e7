/**
 * Whether a text has the form of an ATLAS ITk serial number: `20`, `U`, project and subproject, component identifier,
 * seven digits. The lists of projects and identifiers grow, so they are not judged here.
 */
export function isSerialNumber(text: string): boolean {
  return /^20U[A-Z]{2}[A-Z0-9]{2}\d{7}$/.test(text);
}
