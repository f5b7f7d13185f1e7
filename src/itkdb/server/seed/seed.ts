import type { Json, JsonObject } from '../../json.ts';
import type { UserRole } from '../../model.ts';
import { newCode, newId, type Store } from '../store.ts';
import type { LocalUserWithCodes, Users } from '../users.ts';
import { seedId } from './builders.ts';
import { pixelComponentTypes, pixelTestTypes } from './pixelModule.ts';
import { stripComponentTypes, stripTestTypes } from './stripSensor.ts';

/** A module that the local database is to know from the start, as a station's config names it. */
export interface KnownModule {
  serialNumber: string;
  /** Default: the type that the serial number's letters name, else a tutorial module. */
  type?: string;
  /** Default CERN. */
  institution?: string;
  /** Default MODULE/INITIAL_WARM, where the electrical tests are. */
  stage?: string;
  localName?: string;
}

const institutions: readonly [code: string, name: string][] = [
  ['CERN', 'CERN'],
  ['BONN', 'Universität Bonn'],
  ['GOETTINGEN', 'Georg-August-Universität Göttingen'],
  ['LIV', 'University of Liverpool'],
  ['LBNL_PIXEL_MODULES', 'LBNL, pixel modules'],
  ['TITECH', 'Tokyo Institute of Technology'],
  ['FZU', 'Fyzikální ústav AV ČR, Praha'],
];

const projects: readonly JsonObject[] = [
  {
    code: 'P',
    name: 'Pixels',
    subprojects: [
      { code: 'PG', name: 'Pixel general' },
      { code: 'PI', name: 'Inner pixel' },
      { code: 'PB', name: 'Outer pixel barrel' },
      { code: 'PE', name: 'Outer pixel endcap' },
    ],
  },
  {
    code: 'S',
    name: 'Strips',
    subprojects: [
      { code: 'SG', name: 'Strip general' },
      { code: 'SB', name: 'Strip barrel' },
      { code: 'SE', name: 'Strip endcap' },
    ],
  },
];

/**
 * The codes that log in to the local database, one pair a role. They are no secret: the database is on loopback and
 * holds nothing that counts.
 */
export const localAccessCodes: Readonly<Record<UserRole, readonly [string, string]>> = {
  reader: ['local-reader-1', 'local-reader-2'],
  executive: ['local-executive-1', 'local-executive-2'],
  authority: ['local-authority-1', 'local-authority-2'],
  'component manager': ['local-manager-1', 'local-manager-2'],
};

const users: readonly LocalUserWithCodes[] = (Object.keys(localAccessCodes) as UserRole[]).map(
  (role, number) => ({
    userIdentity: `0-${number + 1}-1`,
    firstName: 'Local',
    lastName: role[0]!.toUpperCase() + role.slice(1),
    institution: 'CERN',
    role,
    accessCode1: localAccessCodes[role][0],
    accessCode2: localAccessCodes[role][1],
  }),
);

/** Fills a new file; of an old one only the users are renewed, and modules that it does not have yet are added. */
export function seed(store: Store, known: Users, modules: readonly KnownModule[]): void {
  store.sql.transaction(() => {
    for (const user of users) known.add(user);
    if (store.note('seeded') === undefined) seedDefinitions(store);
    for (const module of modules) addModule(store, module);
  });
}

function seedDefinitions(store: Store): void {
  const componentTypes = [...pixelComponentTypes, ...stripComponentTypes];
  for (const project of projects) store.define('project', project);
  for (const type of componentTypes) store.define('componentType', type, String(type.project));
  for (const { componentType, definition } of [...pixelTestTypes, ...stripTestTypes])
    store.define('testType', definition, String(definition.project), componentType);
  for (const [code, name] of institutions)
    store.define('institution', {
      id: seedId('institution', code),
      code,
      name,
      supervisor: null,
      latitude: null,
      longitude: null,
      componentType: projects.map((project) => ({
        code: project.code,
        name: project.name,
        itemList: componentTypes
          .filter((type) => type.project === project.code)
          .map((type) => ({ id: type.id, code: type.code, name: type.name })) as Json,
      })) as Json,
    });
  store.setNote('seeded', new Date().toISOString());
  store.setNote('definitions', 'seed');
}

const typeByLetters: Readonly<Record<string, string>> = {
  M2: 'OUTER_SYSTEM_QUAD_MODULE',
  M1: 'L1_QUAD_MODULE',
  MS: 'TRIPLET_L0_STAVE_MODULE',
  M0: 'TRIPLET_L0_RING0_MODULE',
  M5: 'TRIPLET_L0_RING0.5_MODULE',
  RQ: 'DIGITAL_QUAD_MODULE',
  R9: 'DUMMY_QUAD_MODULE',
};

/** Not through registerComponent: a station's config may name modules by numbers that its rules would refuse. */
function addModule(store: Store, module: KnownModule): void {
  if (store.component(module.serialNumber)) return;
  const now = new Date().toISOString();
  const stage = module.stage ?? 'MODULE/INITIAL_WARM';
  const institution = module.institution ?? 'CERN';
  if (!store.definition('institution', institution))
    store.define('institution', { id: newId(), code: institution, name: institution, componentType: [] });
  const letters = module.serialNumber.slice(5, 7);
  const property = (code: string, value: Json) => ({ code, value, dateTime: now, userIdentity: '0-2-1' });
  store.addComponent({
    id: newId(),
    code: newCode(),
    serialNumber: module.serialNumber,
    alternativeIdentifier: null,
    state: 'ready',
    project: 'P',
    subproject: /^20UP[GIBE]/.test(module.serialNumber) ? module.serialNumber.slice(3, 5) : 'PG',
    componentType: 'MODULE',
    type: module.type ?? typeByLetters[letters] ?? 'TUTORIAL_MODULE',
    institution,
    currentLocation: institution,
    shipmentDestination: null,
    currentStage: stage,
    stages: [{ code: stage, dateTime: now }],
    properties: [
      property('FECHIP_VERSION', '3'),
      property('ORIENTATION', true),
      ...(module.localName === undefined ? [] : [property('LOCAL_NAME', module.localName)]),
    ],
    comments: [],
    children: [],
    parents: [],
    flags: [],
    grade: null,
    reworked: false,
    completed: false,
    trashed: false,
    userIdentity: '0-2-1',
    sys: { cts: now, mts: now, rev: 0 },
  });
}
