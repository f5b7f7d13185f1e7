// `npm run faults`: the fault campaign (campaign.ts) as a program of its own.
import { register } from 'node:module';

register('./typescript.mjs', import.meta.url);
await import('./program.ts');
