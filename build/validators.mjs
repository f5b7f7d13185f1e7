// Checks against JSON Schemas, made when the programs are built: ajv takes longer to make them than all the rest of
// reading a station's files, and every command would wait for it.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';

const maker = fileURLToPath(new URL('../src/base/validators.ts', import.meta.url));

/** In the place of the validators.ts of each room: the code that ajv makes of its schemas. */
export const validatorsBeforehand = {
  name: 'validators-beforehand',
  setup({ onLoad }) {
    onLoad({ filter: /\/src\/\w+\/validators\.ts$/ }, async ({ path }) => {
      if (path === maker) return undefined;
      return { contents: validatorsAsCode(await schemasIn(path)), loader: 'js', resolveDir: dirname(path) };
    });
  },
};

function validatorsAsCode({ schemas, ajvOptions }) {
  const ajv = new Ajv.default({
    ...ajvOptions,
    schemas: Object.values(schemas),
    code: { source: true, esm: true },
  });
  const names = Object.keys(schemas);
  const code = standalone.default(ajv, Object.fromEntries(names.map((name) => [name, schemas[name].$id])));
  return `${code}\nexport const validators = { ${names.join(', ')} };\n`;
}

/** Runs the file, with a `validatorsOf` that only tells what it is asked for. */
async function schemasIn(path) {
  const asked = {
    name: 'asked',
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/base\/validators\.ts$/ }, () => ({
        contents: `
          import { ajvOptions } from './ajvOptions.ts';
          export const validatorsOf = (schemas) => ({ schemas, ajvOptions });`,
        loader: 'ts',
        resolveDir: dirname(maker),
      }));
    },
  };
  const { outputFiles } = await build({
    entryPoints: [path],
    bundle: true,
    write: false,
    format: 'esm',
    plugins: [asked],
    logLevel: 'warning',
  });
  const { validators } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return validators;
}
