import type { JsonObject } from '../../json.ts';
import { componentType, field, type SeedTestType, testType } from './builders.ts';

/*
 * The pixel project P. Codes of stages, types, WIREBOND_PULL_TEST and IV_MEASURE are those of public pages
 * (itk.docs.cern.ch structure_testTypes_P_MODULE, 2023-06; atlas-itk-pixel-quad-assembly, 2025-10). The parameters of
 * SLDO, TUNING and PIXEL_FAILURE_ANALYSIS are assumed. `baton itkdb mirror` replaces all of it by the real ones.
 */

const common = [
  field('OPERATOR', 'string', 'Operator'),
  field('INSTRUMENT', 'string', 'Instrument'),
  field('ANALYSIS_VERSION', 'string', 'Version of the analysis'),
  field('MEASUREMENT_DATE', 'string', 'When it was measured'),
];
const title = field('SEQUENCE_TITLE', 'string', 'Title of the sequence');

const wirebondPull: SeedTestType = {
  code: 'WIREBOND_PULL_TEST',
  name: 'Wirebond pull test',
  properties: common,
  parameters: [
    field('WIRE_PULLS', 'integer', 'Number of pulls', { required: true }),
    field('PULL_STRENGTH', 'float', 'Mean strength of pulls without error (g)', { required: true }),
    field('PULL_STRENGTH_ERROR', 'float', 'Sample standard deviation (g)', { required: true }),
    field('PULL_STRENGTH_MIN', 'float', 'Weakest (g)', { required: true }),
    field('PULL_STRENGTH_MAX', 'float', 'Strongest (g)', { required: true }),
    field('WIRE_BREAKS_5G', 'integer', 'Pulls below 5 g', { required: true }),
    field('HEEL_BREAKS_ON_FE_CHIP', 'float', 'Heel breaks on the chip (%)', { required: true }),
    field('HEEL_BREAKS_ON_PCB', 'float', 'Heel breaks on the PCB (%)', { required: true }),
    field('BOND_PEEL', 'float', 'Bond peels (%)', { required: true }),
    field('LIFT_OFFS_LESS_THAN_7G', 'float', 'Peels below 7 g (%)', { required: true }),
    field('DATA_UNAVAILABLE', 'boolean', 'There are no pulls'),
    field('PULL_STRENGTH_DATA', 'float', 'Each pull: strength (g), break code, location', { array: 3 }),
  ],
};

const ivMeasure: SeedTestType = {
  code: 'IV_MEASURE',
  name: 'Sensor IV',
  properties: [...common, title],
  parameters: [
    field('IV_ARRAY', 'compound', 'IV curve: absolute values', {
      required: true,
      children: [
        field('time', 'float', 'Time (s)', { array: 1 }),
        field('voltage', 'float', 'Voltage (V)', { array: 1, required: true }),
        field('current', 'float', 'Current (uA)', { array: 1, required: true }),
        field('sigma current', 'float', 'Spread of the current (uA)', { array: 1 }),
        field('temperature', 'float', 'Temperature (degC)', { array: 1, required: true }),
        field('humidity', 'float', 'Relative humidity (%)', { array: 1 }),
      ],
    }),
    field('BREAKDOWN_VOLTAGE', 'float', 'Breakdown voltage (V), -999 for none', { required: true }),
    field('LEAK_CURRENT', 'float', 'Leakage current at operating voltage (uA)'),
    field('MAXIMUM_VOLTAGE', 'float', 'Largest voltage measured (V)'),
    field('IV_IMG', 'image', 'Plot'),
  ],
};

const sldo: SeedTestType = {
  code: 'SLDO',
  name: 'Shunt-LDO VI curves',
  properties: [...common, title],
  parameters: [
    field('SLDO_VI_ARRAY', 'compound', 'VI curves', {
      children: [
        field('current', 'float', 'Input current (A)', { array: 1, required: true }),
        field('voltage', 'float', 'Input voltage (V)', { array: 1 }),
        field('vin', 'float', 'VIN at the module (V)', { array: 1 }),
        field('vofs', 'float', 'VOFS (V)', { array: 1 }),
        field('vdda', 'float', 'VDDA, one list a chip (V)', { array: 2 }),
        field('vddd', 'float', 'VDDD, one list a chip (V)', { array: 2 }),
      ],
    }),
    field('SLDO_KNEE_CURRENT', 'float', 'Current at which the regulators start (A)'),
    field('SLDO_VI_SLOPE', 'float', 'Slope of VIN above the knee (Ohm)'),
    field('SLDO_VI_OFFSET', 'float', 'Offset of VIN above the knee (V)'),
    field('SLDO_VDDA', 'float', 'VDDA of each chip at nominal current (V)', { array: 1 }),
    field('SLDO_VDDD', 'float', 'VDDD of each chip at nominal current (V)', { array: 1 }),
  ],
};

const tuning: SeedTestType = {
  code: 'TUNING',
  name: 'Threshold tuning',
  properties: [...common, title],
  parameters: [
    field('TUNING_TARGET', 'float', 'Target threshold (e)'),
    field('TUNING_THRESHOLD_MEAN', 'float', 'Mean threshold of each chip (e)', { array: 1, required: true }),
    field('TUNING_THRESHOLD_SIGMA', 'float', 'Spread of the threshold of each chip (e)', { array: 1 }),
    field('TUNING_NOISE_MEAN', 'float', 'Mean noise of each chip (e)', { array: 1 }),
    field('TUNING_UNTUNED_PIXELS', 'integer', 'Pixels that could not be tuned, each chip', { array: 1 }),
  ],
};

const pixelFailure: SeedTestType = {
  code: 'PIXEL_FAILURE_ANALYSIS',
  name: 'Pixel failure analysis',
  properties: [...common, title],
  parameters: [
    field('PIXEL_FAILURE_ELECTRICALLY_FAILED', 'integer', 'Electrically failed pixels, each chip', {
      array: 1,
    }),
    field('PIXEL_FAILURE_DISCONNECTED_PIXELS', 'integer', 'Disconnected bumps, each chip', {
      array: 1,
      required: true,
    }),
    field('PIXEL_FAILURE_TOTAL', 'integer', 'Failing pixels in all, each chip', { array: 1 }),
  ],
};

const visualInspection: SeedTestType = {
  code: 'VISUAL_INSPECTION',
  name: 'Visual inspection',
  properties: common,
  parameters: [
    field('SMD_COMPONENTS_PASSED_QC', 'boolean', 'Components in order', { required: true }),
    field('SENSOR_CONDITION_PASSED_QC', 'boolean', 'Sensor in order', { required: true }),
  ],
};

const wirebonding: SeedTestType = {
  code: 'WIREBONDING',
  name: 'Wirebonding information',
  properties: common,
  parameters: [
    field('MACHINE', 'string', 'Bonding machine', { required: true }),
    field('WIRE_BATCH', 'string', 'Batch of the wire'),
  ],
};

const mass: SeedTestType = {
  code: 'MASS_MEASUREMENT',
  name: 'Mass',
  properties: [field('SCALE_ACCURACY', 'float', 'Accuracy of the scale (mg)')],
  parameters: [field('MASS', 'float', 'Mass (mg)', { required: true })],
};

export const pixelTestTypes: readonly { componentType: string; definition: JsonObject }[] = [
  wirebondPull,
  ivMeasure,
  sldo,
  tuning,
  pixelFailure,
  visualInspection,
  wirebonding,
  mass,
].map((seed) => ({ componentType: 'MODULE', definition: testType('P', 'MODULE', seed) }));

const electrical = ['IV_MEASURE', 'SLDO', 'TUNING', 'PIXEL_FAILURE_ANALYSIS'];
const stage = (code: string, name: string, testTypes: readonly string[] = []) => ({
  code: `MODULE/${code}`,
  name,
  testTypes,
});

const frontEnd = field('FECHIP_VERSION', 'codeTable', 'Version of the FE chips', {
  required: true,
  codeTable: { '0': 'RD53A', '1': 'ITkpix_v1', '2': 'ITkpix_v1.1', '3': 'ITkpix_v2', '9': 'No chip' },
});

export const pixelComponentTypes: readonly JsonObject[] = [
  componentType({
    project: 'P',
    code: 'MODULE',
    name: 'Module',
    serialNumber: 'required',
    subprojects: ['PG', 'PI', 'PB', 'PE'],
    properties: [
      frontEnd,
      field('ORIENTATION', 'boolean', 'Orientation of the PCB', { required: true }),
      field('ROOF', 'boolean', 'Has a wirebond protection roof'),
      field('ALTERNATIVE_IDENTIFIER', 'string', 'Alternative identifier', { unique: true, default: true }),
      field('IS_PREPRODUCTION_MODULE', 'boolean', 'Is a pre-production module'),
      field('LOCAL_NAME', 'string', 'Name for humans'),
    ],
    types: [
      {
        code: 'OUTER_SYSTEM_QUAD_MODULE',
        name: 'Outer system quad module',
        identifier: 'M2',
        subprojects: ['PG'],
      },
      { code: 'L1_QUAD_MODULE', name: 'L1 quad module', identifier: 'M1', subprojects: ['PI'] },
      { code: 'TRIPLET_L0_STAVE_MODULE', name: 'L0 stave triplet', identifier: 'MS', subprojects: ['PI'] },
      { code: 'TRIPLET_L0_RING0_MODULE', name: 'Ring 0 triplet', identifier: 'M0', subprojects: ['PI'] },
      { code: 'TRIPLET_L0_RING0.5_MODULE', name: 'Ring 0.5 triplet', identifier: 'M5', subprojects: ['PI'] },
      { code: 'DIGITAL_QUAD_MODULE', name: 'Digital quad module', identifier: 'RQ', subprojects: ['PG'] },
      { code: 'DUMMY_QUAD_MODULE', name: 'Dummy quad module', identifier: 'R9', subprojects: ['PG'] },
      { code: 'TUTORIAL_MODULE', name: 'Tutorial module', identifier: 'XM', subprojects: ['PG'] },
    ],
    stages: [
      stage('ASSEMBLY', 'Assembly', ['MASS_MEASUREMENT', 'VISUAL_INSPECTION']),
      stage('WIREBONDING', 'Wirebonding', ['WIREBONDING', 'WIREBOND_PULL_TEST', 'VISUAL_INSPECTION']),
      stage('INITIAL_WARM', 'Initial warm', electrical),
      stage('INITIAL_COLD', 'Initial cold', electrical),
      stage('PARYLENE_MASKING', 'Parylene masking', ['VISUAL_INSPECTION']),
      stage('PARYLENE_COATING', 'Parylene coating'),
      stage('PARYLENE_UNMASKING', 'Parylene unmasking', ['MASS_MEASUREMENT', 'VISUAL_INSPECTION']),
      stage('WIREBOND_PROTECTION', 'Wirebond protection', ['VISUAL_INSPECTION']),
      stage('POST_PARYLENE_WARM', 'After parylene, warm', electrical),
      stage('POST_PARYLENE_COLD', 'After parylene, cold', electrical),
      stage('THERMAL_CYCLES', 'Thermal cycles'),
      stage('FINAL_WARM', 'Final warm', electrical),
      stage('FINAL_COLD', 'Final cold', electrical),
      stage('FINAL_METROLOGY', 'Final metrology', ['MASS_MEASUREMENT', 'VISUAL_INSPECTION']),
      stage('QC_STATUS', 'QC status'),
    ],
    children: ['BARE_MODULE', 'PCB', 'MODULE_CARRIER'],
  }),
  part(
    'BARE_MODULE',
    'Bare module',
    'B4',
    [frontEnd, field('SENSOR_TYPE', 'string', 'Sensor type')],
    ['FE_CHIP', 'SENSOR_TILE'],
  ),
  part('PCB', 'PCB', 'PQ', [frontEnd, field('PANEL_MANUFACTURER', 'string', 'Manufacturer of the panel')]),
  part('FE_CHIP', 'FE chip', 'FC', []),
  part('SENSOR_TILE', 'Sensor tile', 'S1', []),
  part('MODULE_CARRIER', 'Module carrier', 'MC', []),
];

function part(
  code: string,
  name: string,
  identifier: string,
  properties: readonly JsonObject[],
  children?: readonly string[],
): JsonObject {
  return componentType({
    project: 'P',
    code,
    name,
    serialNumber: 'required',
    identifier,
    subprojects: ['PG', 'PI'],
    properties,
    types: [{ code: `QUAD_${code}`, name: `Quad ${name}`, subprojects: ['PG', 'PI'] }],
    stages: [
      { code: `${code}/RECEPTION`, name: 'Reception', testTypes: [] },
      { code: `${code}/READY`, name: 'Ready for use', testTypes: [] },
    ],
    ...(children ? { children } : {}),
  });
}
