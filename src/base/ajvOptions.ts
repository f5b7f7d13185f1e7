import type { Options } from 'ajv';

/** Every problem at once, each with the part of the schema that it breaks: its description is the remedy. */
export const ajvOptions: Options = {
  allErrors: true,
  verbose: true,
  allowUnionTypes: true,
  strictTypes: false,
};
