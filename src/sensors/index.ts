/**
 * Sensor QC files for those who script: import, analyse, compare, convert, queue. Units stand in the names; what a file
 * does not say is absent, and a missing cell is NaN.
 */
export { analyse, type SensorAnalysis } from './analyses/analyse.ts';
export type { Analysis, Decision } from './analyses/analysis.ts';
export { analyseBow, type BowAnalysis } from './analyses/bow.ts';
export { type Criteria, readCriteria, shippedCriteria } from './analyses/criteria.ts';
export { analyseCV, type CVAnalysis } from './analyses/cv.ts';
export { analyseIV, type IVAnalysis } from './analyses/iv.ts';
export { analyseStability, type StabilityAnalysis } from './analyses/stability.ts';
export { analyseStrip, type StripAnalysis } from './analyses/strip.ts';
export { analyseThickness, type ThicknessAnalysis } from './analyses/thickness.ts';
export { type ConvertOptions, convertSensorTests } from './convert.ts';
export { alreadyThere, KnownSensors, testsOfBatch } from './database/compare.ts';
export type { SensorComponent, SensorDatabase, UploadQueue } from './database/database.ts';
export { type Queued, type QueueOptions, queueSensorTests } from './database/queueSensorTests.ts';
export { sensorTestOf, type TestRun } from './database/testRun.ts';
export { type SensorUpload, type TestTypeDefinition, uploadOf } from './database/upload.ts';
export {
  type ImportedSensorTests,
  type ImportOptions,
  importSensorTests,
  streamSensorTests,
} from './importing/importSensorTests.ts';
export type { UnreadableFile } from './importing/readTests.ts';
export { type JudgedTest, judge } from './judged.ts';
export { type ListedTest, listed, listedFields } from './listing.ts';
export { parseQuestion, type Question } from './query/query.ts';
export type { SensorTest } from './record.ts';
export { byBatch, type ReportOptions, type SensorGroup, sensorReport } from './report/report.ts';
export { stabilityReport } from './report/stabilityReport.ts';
export { readSiteFile, type SensorSite } from './siteFile.ts';
export { standardText } from './standardFormat.ts';
