import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findComponent, getComponent, setComponentStage } from '../../src/itkdb/commands/components.ts';
import {
  getComponentType,
  listComponentTypes,
  listInstitutions,
} from '../../src/itkdb/commands/definitions.ts';
import { Definitions } from '../../src/itkdb/definitions/definitions.ts';
import {
  type Answers,
  type Known,
  nextQuestion,
  noAnswers,
  takeAnswer,
} from '../../src/itkdb/registration/dialogue.ts';
import { registerOnce } from '../../src/itkdb/registration/register.ts';
import { readRegistrationRows } from '../../src/itkdb/registration/rows.ts';
import type { Fault } from '../../src/itkdb/server/fault.ts';
import { openStore } from '../../src/itkdb/server/store.ts';
import { clientFor, startDatabase, temporaryFolder } from './localDatabase.ts';

async function knowledge(): Promise<Known> {
  const client = clientFor(await startDatabase());
  return {
    institutions: await listInstitutions(client),
    componentTypes: await listComponentTypes(client, 'P'),
  };
}

function answerAll(known: Known, typed: readonly string[]): Answers {
  return typed.reduce<Answers>((answers, text) => {
    const taken = takeAnswer(known, answers, text);
    if ('problems' in taken) throw new Error(taken.problems.map(({ what }) => what).join());
    return taken.answers;
  }, noAnswers);
}

const wholeDialogue = [
  'bonn',
  'P',
  'module',
  '1',
  '',
  'MODULE/WIREBONDING',
  '3000007',
  'ITkpix_v2',
  'yes',
  '',
  'my first',
  '',
  'Anna',
  'made by hand',
];

test('the dialogue leads from the institution to a registration, with codes, numbers, names and defaults as answers', async () => {
  const known = await knowledge();
  const answers = answerAll(known, wholeDialogue);
  const confirm = nextQuestion(known, answers);
  expect(confirm).toMatchObject({ ask: { field: 'confirmed' } });
  expect('ask' in confirm && confirm.ask.hint).toContain('20UPGM23000007 (pixel general, M2, ITkpix v2)');
  const done = nextQuestion(known, answerAll(known, [...wholeDialogue, 'yes']));
  expect(done).toEqual({
    done: {
      stage: 'MODULE/WIREBONDING',
      registration: {
        project: 'P',
        subproject: 'PG',
        institution: 'BONN',
        componentType: 'MODULE',
        type: 'OUTER_SYSTEM_QUAD_MODULE',
        serialNumber: '20UPGM23000007',
        properties: {
          FECHIP_VERSION: '3',
          ORIENTATION: true,
          ALTERNATIVE_IDENTIFIER: 'my first',
          LOCAL_NAME: 'Anna',
        },
        comments: ['made by hand'],
      },
    },
  });
  expect(nextQuestion(known, answerAll(known, [...wholeDialogue, 'no']))).toEqual({ declined: true });
});

test.each([
  [0, 'NOWHERE', /none of the choices/],
  [2, 'MODUL_', /none of the choices/],
  [6, '20UPIM13000007', /of PI, not of PG/],
  [6, '12345678', /characters/],
  [7, '77', /must be one of/],
  [7, '', /required/],
  [8, 'perhaps', /must be yes or no/],
])('answer %i "%s" is refused, and its question stays open', async (position, typed, why) => {
  const known = await knowledge();
  const before = answerAll(known, wholeDialogue.slice(0, position));
  const taken = takeAnswer(known, before, typed);
  expect('problems' in taken && taken.problems[0]!.what).toMatch(why);
});

test('whatever is typed, the dialogue asks on or ends, and never throws', async () => {
  const known = await knowledge();
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.string(), fc.constantFrom(...wholeDialogue, 'yes', '1', '2', '3')), {
        maxLength: 30,
      }),
      (typed) => {
        let answers = noAnswers;
        for (const text of typed) {
          const taken = takeAnswer(known, answers, text);
          if ('answers' in taken) answers = taken.answers;
        }
        expect(nextQuestion(known, answers)).toBeTruthy();
      },
    ),
    { numRuns: 300, seed: 5 },
  );
});

async function definitionsOf(database: Awaited<ReturnType<typeof startDatabase>>): Promise<Definitions> {
  const client = clientFor(database);
  return new Definitions({ client, database: client.name, folder: temporaryFolder() });
}

const header = 'institution,componentType,type,serialNumber,stage,FECHIP_VERSION,ORIENTATION,LOCAL_NAME';
const row = (number: number) =>
  `CERN,MODULE,OUTER_SYSTEM_QUAD_MODULE,20UPGM2${String(3_000_000 + number)},MODULE/WIREBONDING,3,true,Module ${number}`;

test('every fault of every row is found before anything is registered, each at its line', async () => {
  const definitions = await definitionsOf(await startDatabase());
  const text = [
    header,
    row(1),
    'NOWHERE,MODULE,OUTER_SYSTEM_QUAD_MODULE,20UPGM23000002,,3,true,',
    'CERN,MODULE,NO_SUCH_TYPE,20UPGM23000003,NO_STAGE,8,perhaps,',
    'CERN,MODULE,OUTER_SYSTEM_QUAD_MODULE,,,,,',
    row(1),
  ].join('\n');
  const { rows, problems } = await readRegistrationRows(text, 'modules.csv', definitions);
  expect(rows.map(({ line }) => line)).toEqual([2, 6]);
  expect(problems.map(({ code, where }) => `${where?.line} ${code}`)).toEqual([
    '3 E8080',
    '4 E8080',
    '4 E8080',
    '4 E8081',
    '4 E8081',
    '5 E8030',
    '5 E8040',
    '5 E8040',
    '6 E8025',
  ]);
});

test.each([',', ';', '\t'])(
  'a table separated by "%s", with a byte order mark and CRLF, is read',
  async (mark) => {
    const definitions = await definitionsOf(await startDatabase());
    const text = `\uFEFF${[header, row(1), '', row(2)].join('\r\n').replaceAll(',', mark)}\r\n`;
    const { rows, problems } = await readRegistrationRows(text, 'modules.csv', definitions);
    expect(problems).toEqual([]);
    expect(rows.map(({ registration }) => registration.serialNumber)).toEqual([
      '20UPGM23000001',
      '20UPGM23000002',
    ]);
  },
);

test('a row with too few cells is refused with its line', async () => {
  const definitions = await definitionsOf(await startDatabase());
  await expect(
    readRegistrationRows(`${header}\nCERN,MODULE\n`, 'modules.csv', definitions),
  ).rejects.toMatchObject({
    code: 'E8080',
    problems: [{ where: { file: 'modules.csv', line: 2 } }],
  });
});

test('a column that stands in the header twice is refused: which of the two would count?', async () => {
  const definitions = await definitionsOf(await startDatabase());
  await expect(
    readRegistrationRows(`${header},serialNumber\n`, 'modules.csv', definitions),
  ).rejects.toMatchObject({
    code: 'E8080',
    problems: [{ what: 'The column "serialNumber" stands in the header twice.' }],
  });
});

const wanted = {
  stage: 'MODULE/WIREBONDING',
  uniqueProperties: [],
  registration: {
    project: 'P',
    subproject: 'PG',
    institution: 'CERN',
    componentType: 'MODULE',
    type: 'OUTER_SYSTEM_QUAD_MODULE',
    serialNumber: '20UPGM23000001',
    properties: { FECHIP_VERSION: '3', ORIENTATION: true },
  },
};

test.each<Fault>(['cut after', 'cut before', 'server error after', 'half an answer', 'web page'])(
  'a registration that meets "%s" is made once, brought to its stage and read back',
  async (fault) => {
    let left = 1;
    const database = await startDatabase({
      faults: ({ command }) => (command === 'registerComponent' && left-- > 0 ? fault : undefined),
    });
    const client = clientFor(database);
    const result = await registerOnce(client, wanted);
    expect(result).toMatchObject({ state: 'registered', problems: [] });
    expect(result.component?.currentStage).toBe('MODULE/WIREBONDING');
    expect(await registerOnce(client, wanted)).toMatchObject({ state: 'present' });
  },
);

test('a component that is something else, or has moved on, is not touched', async () => {
  const client = clientFor(await startDatabase());
  await registerOnce(client, wanted);
  await setComponentStage(client, '20UPGM23000001', 'MODULE/PARYLENE_COATING');
  expect((await registerOnce(client, wanted)).component?.currentStage).toBe('MODULE/PARYLENE_COATING');
  const other = { ...wanted, registration: { ...wanted.registration, type: 'TUTORIAL_MODULE' } };
  expect(await registerOnce(client, other)).toMatchObject({ state: 'failed', problems: [{ code: 'E8025' }] });
  expect((await getComponent(client, '20UPGM23000001')).type).toBe('OUTER_SYSTEM_QUAD_MODULE');
});

test('a component without serial number is found again by a property that nobody else has', async () => {
  const database = await startDatabase();
  const client = clientFor(database);
  const sensor = await getComponentType(client, 'S', 'SENSOR');
  expect(sensor.serialNumberAutomatic).toBe(true);
  const registration = {
    project: 'S',
    subproject: 'SB',
    institution: 'FZU',
    componentType: 'SENSOR',
    type: 'ATLAS18SS',
    properties: { ID: 'VPX1-W1' },
  };
  const first = await registerOnce(client, { registration, stage: undefined, uniqueProperties: ['ID'] });
  const second = await registerOnce(client, { registration, stage: undefined, uniqueProperties: ['ID'] });
  expect([first.state, second.state]).toEqual(['registered', 'present']);
  expect(second.serialNumber).toBe('20USBSS0000001');
  expect(second.component?.code).toBe(first.component?.code);
});

/** `npm run chaos:itkdb` registers 500. */
const modules = Number(process.env.BATON_REGISTER_MODULES ?? 120);
const before = Math.floor(modules * 0.46);

test(`${modules} modules from a CSV, killed half-way and started again, are each registered once`, async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'modules.csv');
  const numbers = Array.from({ length: modules }, (_, n) => n + 1);
  writeFileSync(file, [header, ...numbers.map(row)].join('\n'));
  const start = () =>
    spawn(process.execPath, [join(process.cwd(), 'dist/baton.js'), 'itkdb', 'register', file, '--local'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });

  const first = start();
  let lines = 0;
  await new Promise<void>((resolve) => {
    first.stdout.on('data', (chunk: Buffer) => {
      lines += chunk.toString().split('\n').length - 1;
      if (lines >= before) first.kill('SIGKILL');
    });
    first.on('exit', () => resolve());
  });
  expect(first.signalCode).toBe('SIGKILL');

  const second = start();
  let output = '';
  second.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const code = await new Promise((resolve) => second.on('exit', resolve));
  expect(code).toBe(0);
  const states = output
    .trim()
    .split('\n')
    .map((line) => line.split('  ')[2]);
  expect(states.filter((state) => state === 'present').length).toBeGreaterThanOrEqual(before);
  expect(states.filter((state) => state === 'registered').length).toBeGreaterThan(0);
  expect(states).toHaveLength(modules);

  const store = await openStore(join(folder, 'runs', 'local-database', 'database.sqlite'));
  const { items } = store.componentsWhere("serial_number LIKE '20UPGM23%'", []);
  store.close();
  expect(new Set(items.map(({ serialNumber }) => serialNumber)).size).toBe(modules);
  expect(items).toHaveLength(modules);
  expect(new Set(items.map(({ currentStage }) => currentStage))).toEqual(new Set(['MODULE/WIREBONDING']));
}, 600_000);

test('a row that could not be found again after a break is refused', async () => {
  const definitions = await definitionsOf(await startDatabase());
  const text = 'institution,project,componentType,type,subproject,ID\nFZU,S,SENSOR,ATLAS18SS,SB,\n';
  const { problems } = await readRegistrationRows(text, 'sensors.csv', definitions);
  expect(problems.map(({ code, where }) => [code, where!.line])).toContainEqual(['E8082', 2]);
});

test('of two who register the same table at the same time neither fails, and each component is there once', async () => {
  const database = await startDatabase();
  const [first, second] = [clientFor(database), clientFor(database)];
  const results = await Promise.all([first, second].map((client) => registerOnce(client, wanted)));
  expect(results.map(({ problems }) => problems)).toEqual([[], []]);
  expect(new Set(results.map(({ component }) => component!.code)).size).toBe(1);
});

test('one that is marked for deletion is not taken for the component', async () => {
  const client = clientFor(await startDatabase());
  await registerOnce(client, wanted);
  await client.post('deleteComponent', { component: '20UPGM23000001' });
  expect(await registerOnce(client, wanted)).toMatchObject({
    state: 'failed',
    problems: [{ code: 'E8025', what: expect.stringContaining('requestedToDelete') }],
  });
});

test('nothing is registered while a row of the table is wrong', async () => {
  const database = await startDatabase();
  const client = clientFor(database);
  const { problems } = await readRegistrationRows(
    [header, row(1), row(2).replace('20U', '10U')].join('\n'),
    'modules.csv',
    await definitionsOf(database),
  );
  expect(problems.map(({ code }) => code)).toEqual(['E8030']);
  expect(await findComponent(client, '20UPGM23000001')).toBeUndefined();
});
