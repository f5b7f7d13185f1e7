import { BatonError } from '../../base/errors.ts';
import { getComponent, setComponentStage } from '../../itkdb/commands/components.ts';
import { command } from '../command.ts';
import { type DatabaseArguments, print, tell, withConnection, withDatabase } from '../database/connection.ts';

interface StageArguments extends DatabaseArguments {
  component: string;
  stage?: string;
  walk: boolean;
  comment?: string;
}

export default command<StageArguments>({
  usage: 'stage <component> [stage]',
  summary: 'show, set or walk the stage of a component',
  build: (parser) =>
    withDatabase(parser)
      .positional('component', { type: 'string', demandOption: true, describe: 'serial number' })
      .positional('stage', { type: 'string', describe: 'code of the stage; none: show where it is' })
      .option('walk', {
        type: 'boolean',
        default: false,
        describe: 'go through every stage in between, in order',
      })
      .option('comment', { type: 'string', describe: 'why' })
      .example('$0 itkdb stage 20UPGM22110039 MODULE/WIREBONDING', 'set it')
      .example('$0 itkdb stage 20UPGM22110039 MODULE/FINAL_WARM --walk', 'one after the other'),
  run: (args) =>
    withConnection(args, { purpose: args.stage ? 'change' : 'look' }, async ({ client, definitions }) => {
      const component = await getComponent(client, args.component);
      const type = await definitions.componentType(component.project, component.componentType);
      const stages = type?.stages.map(({ code }) => code) ?? [];
      const at = stages.indexOf(component.currentStage ?? '');
      if (args.stage === undefined) {
        print(args.json, { component: component.serialNumber, stage: component.currentStage, stages }, () =>
          stages.map((code) => `${code === component.currentStage ? '→' : ' '} ${code}\n`).join(''),
        );
        return 0;
      }
      const target = stages.indexOf(args.stage);
      if (target < 0)
        throw new BatonError({
          code: 'E8026',
          what: `${component.componentType} has no stage ${args.stage}.`,
          remedy: `Its stages: ${stages.join(', ')}.`,
        });
      if (target === at) {
        print(args.json, { component: component.serialNumber, stage: args.stage }, () => '');
        tell(`${component.serialNumber} is at ${args.stage} already`);
        return 0;
      }
      const path = args.walk && target > at ? stages.slice(at + 1, target + 1) : [args.stage];
      // Going back is rework, and the database wants that said.
      const rework = target < at;
      for (const stage of path) {
        const options = { ...(args.comment ? { comment: args.comment } : {}), ...(rework ? { rework } : {}) };
        await setComponentStage(client, component.code, stage, options);
        tell(`${component.serialNumber} is at ${stage} now${rework ? ', for rework' : ''}`);
      }
      const { currentStage } = await getComponent(client, component.code);
      print(args.json, { component: component.serialNumber, stage: currentStage }, () => '');
      return currentStage === args.stage ? 0 : 3;
    }),
});
