// `node --import ./build/withTypescript.mjs FILE.ts`: runs the TypeScript of this repository as it lies there.
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
