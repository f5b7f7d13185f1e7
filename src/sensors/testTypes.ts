import type { ColumnName } from './quantities.ts';

/** A kind of sensor test: what files and the database call it, and the columns of its standard format. */
export interface TestType {
  /** As `testType` of a record has it. */
  name: string;
  /** The database's code. */
  code: string;
  /** Further names, in lower case. */
  aliases: readonly string[];
  /** The template of `config/sensor-templates` that it is written in; none for what only the database has. */
  standardTemplate: string | undefined;
  standardColumns: readonly ColumnName[];
}

/** In the order of the report's table. */
export const testTypes: readonly TestType[] = [
  {
    name: 'manufacturing',
    code: 'MANUFACTURING18',
    aliases: [],
    standardTemplate: undefined,
    standardColumns: [],
  },
  {
    name: 'IV',
    code: 'ATLAS18_IV_TEST_V1',
    aliases: ['sensor_iv', 'iv scan', 'ivscan'],
    standardTemplate: 'standard-iv.txt',
    standardColumns: ['voltage_V', 'current_nA', 'shuntVoltage_mV'],
  },
  {
    name: 'CV',
    code: 'ATLAS18_CV_TEST_V1',
    aliases: ['sensor_cv', 'cv scan', 'cvscan', 'depletion'],
    standardTemplate: 'standard-cv.txt',
    standardColumns: ['voltage_V', 'capacitance_pF', 'resistance_MOhm'],
  },
  {
    name: 'stability',
    code: 'ATLAS18_CURRENT_STABILITY_V1',
    aliases: ['sensor_stability', 'current stability', 'currentstability'],
    standardTemplate: 'standard-stability.txt',
    standardColumns: ['time_s', 'temperature_C', 'humidity_percent', 'current_nA', 'shuntVoltage_mV'],
  },
  {
    name: 'strip',
    code: 'ATLAS18_FULLSTRIP_STD_V1',
    aliases: ['sensor_strip_test', 'full strip test'],
    standardTemplate: 'standard-strip.txt',
    standardColumns: ['probeIndex', 'current_nA', 'capacitance_pF', 'resistance_MOhm'],
  },
  {
    name: 'bow',
    code: 'ATLAS18_SHAPE_METROLOGY_V1',
    aliases: ['sensor_bow', 'metrology'],
    standardTemplate: 'standard-bow.txt',
    standardColumns: ['x_mm', 'y_mm', 'z_mm', 'bow_mm'],
  },
  {
    name: 'thickness',
    code: 'ATLAS18_MAIN_THICKNESS_V1',
    aliases: ['avthickness', 'atlas18_hm_thickness_v1'],
    standardTemplate: 'standard-thickness.txt',
    standardColumns: [],
  },
  {
    name: 'KEK-new',
    code: 'ATLAS18_KEKTEST_NEW_V1',
    aliases: [],
    standardTemplate: 'standard-kek-new.txt',
    standardColumns: ['probeIndex', 'current_nA', 'capacitance_pF'],
  },
  {
    name: 'KEK-old',
    code: 'ATLAS18_KEKTEST_OLD_V1',
    aliases: [],
    standardTemplate: 'standard-kek-old.txt',
    standardColumns: ['probeIndex', 'currentDC_nA', 'currentAC_nA'],
  },
];

const byWord = new Map(
  testTypes.flatMap((type) =>
    [type.name, type.code, ...type.aliases].map((word) => [word.toLowerCase(), type] as const),
  ),
);

/** The type that a file's, a query's or the database's word means. */
export function testTypeOf(word: string): TestType | undefined {
  return byWord.get(word.trim().toLowerCase());
}
