import { readFile } from 'node:fs/promises';
import { parse, TomlError, type TomlTable } from 'smol-toml';
import { BatonError, type Problem } from '../base/errors.ts';

/** What Baton reads of dirigent.toml; the rest is dirigent's own. Paths stand as they are written. */
export interface DirigentConfig {
  /** dirigent uploads to Panthera itself, and may ask for credentials. */
  felis: boolean;
  /** modules.json: `module_json`, or `opto_dict` in older versions. */
  moduleJson?: string;
  instruments?: string;
  /** Of the FC7. */
  ipaddress?: string;
  /** The blocks of the calibrations: options by their names, with `_` for `-`. [dirigent, "Configuration"] */
  calibrations: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Reads dirigent.toml. Throws E2401 with the place if it cannot be read or a key has another type than dirigent's. */
export async function readDirigentConfig(path: string): Promise<DirigentConfig> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw refused(
      { what: `The file cannot be read: ${(error as Error).message}.`, where: { file: path } },
      error,
    );
  }
  return parseDirigentConfig(path, text);
}

/** The pure part: `path` is for the places of problems. */
export function parseDirigentConfig(path: string, text: string): DirigentConfig {
  const table = parseToml(path, text);
  const problems: Fault[] = [];
  const read = (key: string, type: 'string' | 'boolean'): unknown => {
    const value = find(table, key);
    if (value === undefined || typeof value === type) return value;
    const wanted = type === 'string' ? 'a text in quotes' : 'true or false';
    problems.push({ what: `"${key}" must be ${wanted}.`, where: { file: path, ...placeOf(text, key) } });
    return undefined;
  };
  const felis = read('felis', 'boolean') as boolean | undefined;
  const newName = read('module_json', 'string') as string | undefined;
  const oldName = read('opto_dict', 'string') as string | undefined;
  const moduleJson = newName ?? oldName;
  const instruments = read('instruments', 'string') as string | undefined;
  const ipaddress = read('ipaddress', 'string') as string | undefined;
  if (problems.length > 0) throw refused(problems);
  return {
    felis: felis ?? false,
    ...(moduleJson === undefined ? {} : { moduleJson }),
    ...(instruments === undefined ? {} : { instruments }),
    ...(ipaddress === undefined ? {} : { ipaddress }),
    calibrations: Object.fromEntries(Object.entries(table).filter(([, block]) => isTable(block))) as Record<
      string,
      TomlTable
    >,
  };
}

type Fault = Pick<Problem, 'what' | 'where'>;

function parseToml(path: string, text: string): TomlTable {
  try {
    return parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = ''] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    const where = { file: path, line: error.line, column: error.column };
    throw refused({ what: `This is not TOML: ${message}.`, where }, error);
  }
}

/** Versions differ in whether general settings stand at the top or in a section. */
function find(table: TomlTable, key: string): unknown {
  if (Object.hasOwn(table, key) && !isTable(table[key])) return table[key];
  for (const section of Object.values(table))
    if (isTable(section) && Object.hasOwn(section, key)) return section[key];
  return undefined;
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

function placeOf(text: string, key: string): { line: number; column: number } | undefined {
  const lines = text.split('\n');
  const line = lines.findIndex((content) => new RegExp(`^\\s*${key}\\s*=`).test(content));
  return line < 0 ? undefined : { line: line + 1, column: lines[line]!.search(/\S/) + 1 };
}

function refused(faults: Fault | readonly Fault[], cause?: unknown): BatonError {
  const remedy = 'Correct it, or take the dirigent.toml that came with the installed dirigent.';
  const problems = [faults].flat().map((fault): Problem => ({ code: 'E2401', ...fault, remedy }));
  return new BatonError(problems, cause === undefined ? {} : { cause });
}
