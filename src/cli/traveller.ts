import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { BatonError, formatProblem } from '../base/errors.ts';
import type { SequenceScript } from '../scripts/script.ts';
import type { Traveller } from '../scripts/travellers/travellerCode.ts';
import { createTraveller, readTraveller } from '../scripts/travellers/travellers.ts';
import { command } from './command.ts';
import { type ConfigArguments, withConfig, withSubstitutions } from './options.ts';
import { scriptCatalogue, substitutions } from './running/sequenceFile.ts';
import { demandOwnFiles } from './station/shippedFiles.ts';

interface TravellerArguments extends ConfigArguments {
  action: 'create' | 'read';
  /** create: the sequence. read: the code; not given: a line of standard input. */
  subject?: string;
  set?: string[];
  module?: string;
  by: string;
  out?: string;
}

export default command<TravellerArguments>({
  usage: 'traveller <action> [subject]',
  summary: 'print a page whose code starts one sequence with given values, or look at one',
  build: (parser) =>
    withSubstitutions(withConfig(parser))
      .positional('action', { choices: ['create', 'read'], demandOption: true, describe: 'what to do' })
      .positional('subject', {
        type: 'string',
        describe:
          'create: name of the sequence · read: what the scanner types (default: from standard input)',
      })
      .option('module', { type: 'string', describe: 'index, name or serial number of the module it is for' })
      .option('by', { type: 'string', default: userInfo().username, describe: 'who makes it' })
      .option('out', { type: 'string', describe: 'the PDF file (default: traveller_<sequence>_<code>.pdf)' })
      .example('$0 traveller create electrical-qc --set TargetThreshold=1200', 'a page for any module')
      .example('$0 traveller read', 'what a page would start; scan it'),
  run: (args) => (args.action === 'create' ? create(args) : read(args)),
});

async function create(args: TravellerArguments) {
  if (!args.subject)
    throw new BatonError({
      code: 'E1001',
      what: 'A traveller is for a sequence; none is named.',
      remedy: 'Write baton traveller create SEQUENCE; `baton sequences` lists them.',
    });
  demandOwnFiles(args.config, 'the key that travellers are checked with is kept beside one’s own');
  const { traveller, code, script, problems } = await createTraveller(
    args.config,
    { sequence: args.subject, set: substitutions(args.set ?? []), module: args.module, by: args.by },
    { catalogue: scriptCatalogue },
  );
  for (const warning of problems) process.stderr.write(`${formatProblem(warning)}\n`);
  // Fonts and PDF take a while to load, and only this needs them.
  const { drawTraveller } = await import('../scripts/travellers/travellerPage.ts');
  const file = resolve(args.out ?? `traveller_${traveller.sequence}_${code.slice(6, 12)}.pdf`);
  await writeFileAtomically(file, await drawTraveller(traveller, code, script), 0o644);
  show(args.json, traveller, script, { file, code });
  return 0 as const;
}

async function read(args: TravellerArguments) {
  const text = args.subject ?? (await scannedLine());
  const { traveller, script } = await readTraveller(text, args.config, { catalogue: scriptCatalogue });
  show(args.json, traveller, script, {});
  return 0 as const;
}

/** A scanner types the code and Enter. */
async function scannedLine(): Promise<string> {
  if (process.stdin.isTTY) process.stderr.write('Scan the traveller: ');
  const lines = createInterface({ input: process.stdin });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  return '';
}

function show(
  json: boolean,
  traveller: Traveller,
  script: SequenceScript,
  made: { file?: string; code?: string },
): void {
  const { substitutions: values } = script;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ ...traveller, title: script.title, substitutions: values, ...made }, null, 2)}\n`,
    );
    return;
  }
  const rows = [
    ...(made.file ? [['file', made.file]] : []),
    ['sequence', `${traveller.sequence} (${script.title})`],
    ['module', traveller.module ?? 'any'],
    ...values.map(({ name, value, from }) => [name, `${value}${from === 'set' ? '' : `  (${from})`}`]),
    ['made by', `${traveller.by}, ${new Date(traveller.created).toISOString()}`],
    ['script', traveller.fingerprint],
  ];
  for (const [name, value] of rows) process.stdout.write(`${name!.padEnd(18)} ${value}\n`);
}
