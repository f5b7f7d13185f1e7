/**
 * The values that a header can hold: our name (a record's field where it has one), the names that the field's templates
 * use, and the database's code. A tag that is not here keeps its own name, which may be a code of the database.
 */
interface HeaderTag {
  name: string;
  written: readonly string[];
  code?: string;
}

const headerTags: readonly HeaderTag[] = [
  { name: 'filename', written: ['Filename'] },
  { name: 'sensorType', written: ['Type'] },
  { name: 'batch', written: ['Batch'] },
  { name: 'wafer', written: ['Wafer'] },
  { name: 'serialNumber', written: ['Component'] },
  { name: 'shorthand', written: ['Shorthand'] },
  { name: 'sensor', written: ['BatchWaferShorthand'] },
  { name: 'wafers', written: ['WaferInfoStringStability'] },
  { name: 'manufacturer', written: ['Manufacturer'] },
  { name: 'date', written: ['Date'] },
  { name: 'time', written: ['Time'] },
  { name: 'institute', written: ['Institute'] },
  { name: 'testType', written: ['TestType'] },
  { name: 'runNumber', written: ['RunNumber'], code: 'RUNNUMBER' },
  { name: 'comments', written: ['Settings', 'COMMENTS'], code: 'COMMENTS' },
  { name: 'temperature_C', written: ['Temperature[°C]', 'TEMPERATURE'], code: 'TEMPERATURE' },
  { name: 'humidity_percent', written: ['Humidity[%]', 'HUMIDITY'], code: 'HUMIDITY' },
  { name: 'frequency_kHz', written: ['Frequency[kHz]', 'FREQUENCY'], code: 'FREQUENCY' },
  { name: 'amplitude_V', written: ['Amplitude[V]', 'AMPLITUDE'], code: 'AMPLITUDE' },
  { name: 'seriesResistance_MOhm', written: ['Rseries[MOhm]', 'RSERIES'], code: 'RSERIES' },
  {
    name: 'testSeriesResistance_MOhm',
    written: ['Rseries_Test[MOhm]', 'RSERIES_TEST'],
    code: 'RSERIES_TEST',
  },
  { name: 'shuntResistance_MOhm', written: ['Rshunt[MOhm]', 'RSHUNT'], code: 'RSHUNT' },
  { name: 'bias_V', written: ['Vbias[V]', 'Voltage[V]', 'VBIAS'], code: 'VBIAS' },
  { name: 'duration_h', written: ['TestTimeLength[hr]', 'DURATION'], code: 'DURATION' },
  { name: 'thickness_um', written: ['AvThickness', 'AVTHICKNESS'], code: 'AVTHICKNESS' },
  { name: 'segment', written: ['Segment', 'SEGMENTNO'], code: 'SEGMENTNO' },
  { name: 'instrument', written: ['Instrument', 'INSTRUMENT'], code: 'INSTRUMENT' },
  { name: 'biasSupply', written: ['Vbias_SMU', 'VBIAS_SMU'], code: 'VBIAS_SMU' },
  { name: 'testSupply', written: ['Test_SMU', 'TEST_SMU'], code: 'TEST_SMU' },
  { name: 'multimeter', written: ['Test_DMM', 'TEST_DMM'], code: 'TEST_DMM' },
  { name: 'lcrMeter', written: ['LCR'], code: 'LCR' },
  { name: 'circuit', written: ['Circuit', 'CIRCUIT'], code: 'CIRCUIT' },
  { name: 'measuringMachine', written: ['CMM'], code: 'CMM' },
  { name: 'probe', written: ['Probe', 'PROBE'], code: 'PROBE' },
  { name: 'otherInfo', written: ['OtherInfo'] },
  { name: 'columnCount', written: ['numColumns'] },
  { name: 'rowCount', written: ['numRows'] },
  { name: 'rowFormat', written: ['strFormat'] },
  { name: 'machineVersion', written: ['MetrologyVersion'] },
  { name: 'machineFormat', written: ['MetrologyFormat'] },
];

const byWritten = new Map(
  headerTags.flatMap(({ name, written }) => written.map((tag) => [tag, name] as const)),
);
const byCode = new Map(
  headerTags.flatMap(({ name, code }) => (code === undefined ? [] : [[code, name] as const])),
);

/** Our name of a template's tag. */
export function tagName(written: string): string {
  return byWritten.get(written) ?? written;
}

/** Our name of a database property or result. */
export function tagOfCode(code: string): string {
  return byCode.get(code) ?? code;
}
