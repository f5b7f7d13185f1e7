import type { JsonObject } from '../../json.ts';
import { componentType, field, type SeedTestType, testType } from './builders.ts';

/*
 * The strip project S, as far as sensor QC goes: SENSOR_S_TEST for dummies and SENSOR for real ones. The codes are
 * those that the QC scripts send; which of them the production database requires is not public.
 */

const conditions = [
  field('TEMPERATURE', 'float', 'Temperature (degC)'),
  field('HUMIDITY', 'float', 'Relative humidity (%)'),
];
const about = [
  ...conditions,
  field('COMMENTS', 'string', 'Settings and flags'),
  field('ALGORITHM_VERSION', 'string', 'Version of the analysis'),
  field('INSTRUMENT', 'string', 'Instrument'),
  field('VBIAS_SMU', 'string', 'Source-measure unit'),
  field('RSERIES', 'float', 'Series resistance (Ohm)'),
  field('TEST_DMM', 'string', 'Multimeter'),
  field('RSHUNT', 'float', 'Shunt resistance (Ohm)'),
];
const column = (code: string, name: string, required = false): JsonObject =>
  field(code, 'float', name, { array: 1, required });

const types: readonly SeedTestType[] = [
  {
    code: 'ATLAS18_IV_TEST_V1',
    name: 'IV test',
    properties: about,
    parameters: [
      column('VOLTAGE', 'Voltage (V)', true),
      column('CURRENT', 'Current (nA)', true),
      column('SHUNT_VOLTAGE', 'Shunt voltage (mV)'),
      field('I_500V', 'float', 'Current at 500 V, normalised (nA/cm2)'),
      field('VBD', 'float', 'Breakdown voltage (V)'),
      field('RMS_STABILITY', 'float', 'Stability (nA)'),
    ],
  },
  {
    code: 'ATLAS18_CV_TEST_V1',
    name: 'CV test',
    properties: [
      ...about,
      field('LCR', 'string', 'LCR meter'),
      field('FREQUENCY', 'float', 'Frequency (kHz)'),
      field('AMPLITUDE', 'float', 'Amplitude (mV)'),
      field('CIRCUIT', 'string', 'Equivalent circuit'),
    ],
    parameters: [
      column('VOLTAGE', 'Voltage (V)', true),
      column('CAPACITANCE', 'Capacitance (pF)', true),
      column('RESISTANCE', 'Resistance (MOhm)'),
      field('VFD', 'float', 'Depletion voltage (V)'),
      field('NEFF', 'float', 'Doping (1e12/cm3)'),
      field('ACTIVETHICKNESS', 'float', 'Active thickness (um)'),
    ],
  },
  {
    code: 'ATLAS18_CURRENT_STABILITY_V1',
    name: 'Leakage current stability',
    properties: [...about, field('VBIAS', 'float', 'Bias (V)'), field('DURATION', 'float', 'Length (h)')],
    parameters: [
      column('TIME', 'Time (s)', true),
      column('CURRENT', 'Current (nA)', true),
      column('TEMPERATURE', 'Temperature (degC)'),
      column('HUMIDITY', 'Relative humidity (%)'),
      column('SHUNT_VOLTAGE', 'Shunt voltage (mV)'),
      field('ABS_I_LEAK_AV', 'float', 'Mean of |I| (nA)'),
      field('I_LEAK_VARIATION', 'float', 'Variation'),
    ],
  },
  {
    code: 'ATLAS18_FULLSTRIP_STD_V1',
    name: 'Full strip test',
    properties: [
      ...about,
      field('SEGMENTNO', 'string', 'Segment'),
      field('RSERIES_TEST', 'float', 'Series resistance of the probe (Ohm)'),
      field('TEST_SMU', 'string', 'Source-measure unit of the probe'),
      field('VBIAS', 'float', 'Bias (V)'),
    ],
    parameters: [
      column('PROBEINDEX', 'Strip', true),
      column('CURRENT', 'Current (nA)'),
      column('CAPACITANCE', 'Capacitance (pF)'),
      column('RESISTANCE', 'Resistance (MOhm)'),
      field('NSTRIPS', 'integer', 'Strips tested'),
      field('N_BADCLUSTER_MAX', 'integer', 'Longest run of bad strips'),
      field('BAD_STRIP_FRACTION', 'float', 'Bad strips (%)'),
      ...['PINHOLES', 'METAL_SHORT', 'IMPLANT_BREAK', 'OPEN_RESISTOR', 'RBIAS_DEFECT', 'SHORTS'].map((kind) =>
        field(`LIST_${kind}`, 'string', `Strips with ${kind.toLowerCase().replace('_', ' ')}`, { array: 1 }),
      ),
    ],
  },
  {
    code: 'ATLAS18_SHAPE_METROLOGY_V1',
    name: 'Bow',
    properties: [
      ...about,
      field('CMM', 'string', 'Coordinate measuring machine'),
      field('PROBE', 'string', 'Probe'),
    ],
    parameters: [
      column('X', 'X (mm)', true),
      column('Y', 'Y (mm)', true),
      column('Z', 'Z (mm)', true),
      column('Z_BOW', 'Distance from the plane (mm)'),
      field('BOWING', 'float', 'Largest bow (um)'),
    ],
  },
  {
    code: 'ATLAS18_MAIN_THICKNESS_V1',
    name: 'Thickness',
    properties: about,
    parameters: [field('AVTHICKNESS', 'float', 'Mean thickness (um)', { required: true })],
  },
  {
    code: 'MANUFACTURING18',
    name: "Manufacturer's data",
    properties: [...about, field('FILENAME', 'string', 'File')],
    parameters: [
      column('IV_VOLTAGE', 'Voltage (V)'),
      column('IV_CURRENT', 'Current (nA)'),
      field('ACTIVETHICKNESS', 'float', 'Active thickness (um)'),
      field('VFD', 'float', 'Depletion voltage (V)'),
    ],
  },
  {
    code: 'ATLAS18_KEKTEST_NEW_V1',
    name: 'Inter-strip test, new',
    properties: about,
    parameters: [column('VOLTAGE', 'Voltage (V)'), column('CURRENT', 'Current (nA)')],
  },
  {
    code: 'ATLAS18_KEKTEST_OLD_V1',
    name: 'Inter-strip test, old',
    properties: about,
    parameters: [column('VOLTAGE', 'Voltage (V)'), column('CURRENT', 'Current (nA)')],
  },
];

const sensorTypes = ['SENSOR_S_TEST', 'SENSOR'];

export const stripTestTypes = sensorTypes.flatMap((code) =>
  types.map((seed) => ({ componentType: code, definition: testType('S', code, seed) })),
);

export const stripComponentTypes: readonly JsonObject[] = sensorTypes.map((code) =>
  componentType({
    project: 'S',
    code,
    name: code === 'SENSOR' ? 'Sensor' : 'Sensor (dummy for tests)',
    serialNumber: 'automatic',
    identifier: code === 'SENSOR' ? 'SS' : 'ST',
    subprojects: ['SB', 'SE', 'SG'],
    properties: [
      field('ID', 'string', "Manufacturer's identifier, VPX…-W…", { unique: true, default: true }),
      field('BATCH', 'string', 'Batch, VPX…'),
      field('WAFER_NUMBER', 'integer', 'Wafer'),
    ],
    types: [
      'ATLAS18SS',
      'ATLAS18LS',
      'ATLAS18R0',
      'ATLAS18R1',
      'ATLAS18R2',
      'ATLAS18R3',
      'ATLAS18R4',
      'ATLAS18R5',
    ].map((type) => ({
      code: type,
      name: type,
      subprojects: /R\d$/.test(type) ? ['SE'] : ['SB'],
    })),
    stages: [
      { code: 'sensor_test_stage', name: 'Sensor tests', testTypes: types.map((type) => type.code) },
      { code: 'READY_FOR_MODULE', name: 'Ready for module', testTypes: [] },
    ],
  }),
);
