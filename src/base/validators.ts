import { Ajv, type AnySchemaObject, type ValidateFunction } from 'ajv';
import { ajvOptions } from './ajvOptions.ts';

type Validators<Name extends string> = Readonly<Record<Name, ValidateFunction>>;

/**
 * Checks against published schemas, which may refer to one another by `$id`. Called in files named validators.ts alone:
 * ajv takes longer to make them than a station takes to be read, so the bundler makes them beforehand
 * (build/validators.mjs). Here each is made when it is first needed.
 */
export function validatorsOf<Name extends string>(
  schemas: Readonly<Record<Name, AnySchemaObject & { $id: string }>>,
): Validators<Name> {
  let ajv: Ajv | undefined;
  const all: AnySchemaObject[] = Object.values(schemas);
  const validators = {} as Record<Name, ValidateFunction>;
  for (const name of Object.keys(schemas) as Name[])
    Object.defineProperty(validators, name, {
      get: () => {
        ajv ??= new Ajv({ ...ajvOptions, schemas: all });
        return ajv.getSchema(schemas[name].$id);
      },
    });
  return validators;
}
