import { BatonError } from '../base/errors.ts';
import { command, lazily } from './command.ts';

const subcommands = {
  login: lazily('log in with the two access codes', () => import('./itkdb/login.ts')),
  logout: lazily('forget the token', () => import('./itkdb/logout.ts')),
  whoami: lazily('who is logged in, with which rights, until when', () => import('./itkdb/whoami.ts')),
  get: lazily('show a component with its test runs, or one test run', () => import('./itkdb/get.ts')),
  mine: lazily('list the components that you registered', () => import('./itkdb/mine.ts')),
  inventory: lazily('list the components at an institution, as CSV', () => import('./itkdb/inventory.ts')),
  missing: lazily('which tests a component still needs at its stage', () => import('./itkdb/missing.ts')),
  register: lazily(
    'register a component by dialogue, or many from a CSV',
    () => import('./itkdb/register.ts'),
  ),
  stage: lazily('show, set or walk the stage of a component', () => import('./itkdb/stage.ts')),
  comment: lazily('comment on a component', () => import('./itkdb/comment.ts')),
  attach: lazily('attach files to a component or a test run', () => import('./itkdb/attach.ts')),
  prototype: lazily(
    'write a test run document to fill in, for each test type',
    () => import('./itkdb/prototype.ts'),
  ),
  compare: lazily('compare a result with earlier ones, field by field', () => import('./itkdb/compare.ts')),
  mirror: lazily('copy the definitions into the local database', () => import('./itkdb/mirror.ts')),
  serve: lazily('start the local database, for training and tests', () => import('./itkdb/serve.ts')),
};

export default command({
  usage: 'itkdb <action>',
  summary: 'the ITk production database: log in, look, register, stage, comment, attach, compare',
  subcommands,
  build: (parser) =>
    parser
      .example('$0 itkdb login', 'asks for the two access codes; the token is kept until it expires')
      .example('$0 itkdb get 20UPGM22110039 --local', 'from the local database beside the runs'),
  async run() {
    throw new BatonError({
      code: 'E1001',
      what: 'Name what to do with the database.',
      remedy: `One of ${Object.keys(subcommands).join(', ')}; see \`baton itkdb --help\`.`,
    });
  },
});
