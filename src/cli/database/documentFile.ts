import { readFile } from 'node:fs/promises';
import { BatonError } from '../../base/errors.ts';
import { isObject, type JsonObject } from '../../itkdb/json.ts';

/** The bytes of a file that a person named. Throws E8046. */
export async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new BatonError(
      {
        code: 'E8046',
        what: `The file cannot be read (${(error as NodeJS.ErrnoException).code}).`,
        where: { file: path },
        remedy: 'Check its name and your rights.',
      },
      { cause: error },
    );
  }
}

/** A test run document from a JSON file. Throws what is wrong with the file itself. */
export async function readDocument(path: string): Promise<JsonObject> {
  const text = (await bytesOf(path)).toString('utf8');
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    if (isObject(value)) return value;
  } catch (error) {
    const notANumber = /(?<=[[,:]\s*)-?(NaN|Infinity)\b/.exec(text);
    if (notANumber)
      throw new BatonError({
        code: 'E8042',
        what: `${notANumber[0]} is no number, and no JSON.`,
        where: { file: path, line: text.slice(0, notANumber.index).split('\n').length },
        remedy: 'Measure it again, or leave the result out.',
      });
    throw new BatonError(
      {
        code: 'E8045',
        what: `It is no JSON: ${(error as Error).message}.`,
        where: { file: path },
        remedy: '`baton itkdb prototype` writes one to begin with.',
      },
      { cause: error },
    );
  }
  throw new BatonError({
    code: 'E8045',
    what: 'It is no test run document: a JSON object is wanted.',
    where: { file: path },
    remedy: '`baton itkdb prototype` writes one to begin with.',
  });
}
