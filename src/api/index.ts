/**
 * Baton for those who script: `import { CalibrationSequence, InstrumentCluster, ITkDBClient } from 'baton'`. Units stand
 * in the types (`Volts`, `Amperes`, `Seconds`), voltages are signed as at the module, and whatever is refused is a
 * `BatonError` with a code that docs/errors.md explains. docs/library.md has the whole of it; sensor QC files are in
 * `baton/sensors`.
 *
 * @packageDocumentation
 */

// Errors and units
export {
  BatonError,
  type BatonErrorOptions,
  type ExitCode,
  formatProblem,
  isBatonError,
  type Place,
  type Problem,
} from '../base/errors.ts';
export { Pace, realTime } from '../base/time.ts';
export type { Amperes, Celsius, EpochMs, Percent, Seconds, Volts } from '../base/units.ts';
export { type Breakdown, type Measurement, type Verdict, verdicts, worst } from '../base/verdict.ts';
// What calibrations are, and how their results are judged
export type { Action } from '../calibrations/action.ts';
export {
  type BiasDecision,
  type BreakdownRule,
  complianceBreakdown,
  decideBias,
  type IVPoint,
  lowestBreakdown,
  measuredTo,
  recomputeBreakdown,
  reportedBreakdown,
  type SensorFindings,
  type SensorKnowledge,
} from '../calibrations/breakdown.ts';
export { type CatalogueEntry, calibrationsOf, catalogue } from '../calibrations/catalogue.ts';
export type { Calibration, Category, CategoryName, PowerState } from '../calibrations/category.ts';
export { type Criteria, type Cut, loadCriteria } from '../calibrations/criteria.ts';
export { InvalidCalibration, MissingInstrument, MissingTuning } from '../calibrations/errors.ts';
export { currentAt, toTwentyCelsius } from '../calibrations/ivResults.ts';
// Instruments
export type {
  Adoption,
  ClimateReading,
  MakeSafeOptions,
  PowerReading,
  RampOptions,
  RampResult,
  SafeChannel,
  TemperatureReading,
} from '../instruments/cluster.ts';
export type { Identity, Trip } from '../instruments/instrument.ts';
export type { WireEvent } from '../instruments/transports/link.ts';
// The ITk production database
export {
  type ClientOptions as ITkDBClientOptions,
  type FilePart,
  ItkdbClient as ITkDBClient,
} from '../itkdb/client/client.ts';
export {
  DatabaseFault,
  isDatabaseFault,
  isPassing,
  isRefusal,
  mayHaveArrived,
} from '../itkdb/client/faults.ts';
export { type AccessCodes, Secret } from '../itkdb/client/secret.ts';
export { type DatabaseSettings, production } from '../itkdb/client/settings.ts';
export * from '../itkdb/commands/components.ts';
export * from '../itkdb/commands/definitions.ts';
export * from '../itkdb/commands/shipments.ts';
export * from '../itkdb/commands/testRuns.ts';
export type { Json, JsonObject } from '../itkdb/json.ts';
export type {
  Attachment,
  Component,
  ComponentReference,
  ComponentType,
  FieldDefinition,
  Institution,
  ListedTestRun,
  TestRun,
  TestRunDocument,
  TestType,
  User,
} from '../itkdb/model.ts';
export { type LocalDatabase, type LocalDatabaseOptions, serveLocalDatabase } from '../itkdb/server/serve.ts';
// Runs that were
export type { Event, JournalLine, RunModule } from '../journal/event.ts';
export { type ReadJournal, readJournal } from '../journal/read.ts';
export { readRecord } from '../journal/readRecord.ts';
export {
  fold,
  foldJournal,
  type ModuleRecord,
  type RunRecord,
  type StepRecord,
  type StepResult,
} from '../journal/record.ts';
export { findRun, listRuns, type RunDirectory } from '../journal/runDirectory.ts';
// Sequences: planned here, run in a process of their own
export { CalibrationSequence, type CalibrationSequenceOptions } from '../sequence/calibrationSequence.ts';
export { askDirigent, type DirigentKnowledge } from '../sequence/dirigent/dirigentHelp.ts';
export type { CalibrationContext } from '../sequence/plan/calibrationContext.ts';
export { describeAction } from '../sequence/plan/describeAction.ts';
export type { Plan } from '../sequence/plan/plan.ts';
export type { Question } from '../sequence/runContext.ts';
export type { CalibrationStep, SequenceElement, Step } from '../sequence/step.ts';
export type { Interlock } from '../station/interlock.ts';
// The station, as its files describe it
export { type LoadedStation, loadStation } from '../station/load.ts';
export { groupMaxVoltage, poweringGroup, poweringGroups } from '../station/poweringGroup.ts';
export type {
  Channel,
  ChannelAddress,
  DirigentSetup,
  Instrument,
  Module,
  PoweringGroup,
  Role,
  SensorLimits,
  SensorType,
  Station,
} from '../station/station.ts';
export { connectToITkDB, type ITkDBOptions } from './connectToITkDB.ts';
export { InstrumentCluster, type InstrumentClusterOptions } from './instrumentCluster.ts';
export { type SimulatedTwin, type StartedRun, type StartOptions, startRun } from './startRun.ts';
export { type WithInstrumentsOptions, withInstruments } from './withInstruments.ts';
