import { convertSensorTests } from '../../sensors/convert.ts';
import { command } from '../command.ts';
import { importOptions, type SensorArguments, withSensorFiles } from './input.ts';

interface ConvertArguments extends SensorArguments {
  mirror?: string | undefined;
}

export default command<ConvertArguments>({
  usage: 'convert <paths..>',
  summary: 'write tests in the standard format',
  build: (parser) =>
    withSensorFiles(parser)
      .option('mirror', {
        type: 'string',
        describe: 'a folder that gets the same tree; default: STD_… beside each file',
      })
      .example('$0 sensors convert old/ --mirror standard/', 'nothing is ever overwritten'),
  async run(args) {
    const { paths, mirror } = args;
    const { converted, left } = await convertSensorTests(paths, {
      ...importOptions(args),
      mirror,
    });
    if (args.json) process.stdout.write(`${JSON.stringify({ converted, left }, null, 2)}\n`);
    else {
      for (const { from, to } of converted) process.stdout.write(`${from} → ${to}\n`);
      for (const { from, reason } of left) process.stderr.write(`left: ${from}: ${reason}\n`);
      process.stdout.write(`${converted.length} written, ${left.length} left\n`);
    }
    return 0;
  },
});
