import type { Json, JsonObject } from './json.ts';

/** How the database lets a component be named: 14-character serial number, 32-hex code, 24-hex id. */
export type ComponentReference = string;

export interface Named {
  code: string;
  name: string;
}

/** A component as `getComponent` shows it, the parts that Baton reads; absent is absent, never an empty guess. */
export interface Component {
  id: string;
  code: string;
  serialNumber: string | undefined;
  alternativeIdentifier: string | undefined;
  state: string;
  project: string;
  subproject: string;
  componentType: string;
  type: string;
  institution: string;
  currentLocation: string;
  currentStage: string | undefined;
  /** Stages it has been at, in that order. */
  stages: readonly { code: string; dateTime: string }[];
  properties: Readonly<Record<string, Json>>;
  comments: readonly { code: string; comment: string; dateTime: string }[];
  attachments: readonly Attachment[];
  parents: readonly { componentType: string; serialNumber: string | undefined }[];
  children: readonly { componentType: string; serialNumber: string | undefined }[];
  /** Ready test runs alone: those marked for deletion are left out. */
  tests: readonly { testType: string; runs: readonly ListedTestRun[] }[];
  revision: number;
  /** The answer itself. */
  raw: JsonObject;
}

/** A file at a component, a test run or a shipment; its bytes are asked for on their own. */
export interface Attachment {
  code: string;
  title: string;
  description: string;
  type: string;
  filename: string | undefined;
}

/** A test run as a list shows it, without its values. */
export interface ListedTestRun {
  id: string;
  runNumber: string;
  state: string;
  passed: boolean;
  problems: boolean;
  date: string;
  testType: string;
  /** When the database took it. */
  created: string;
}

/** A result of one test of one component, with its values. */
export interface TestRun extends ListedTestRun {
  institution: string;
  component: { code: string; serialNumber: string | undefined; stage: string | undefined };
  properties: Readonly<Record<string, Json>>;
  results: Readonly<Record<string, Json>>;
  comments: readonly string[];
  defects: readonly JsonObject[];
  attachments: readonly Attachment[];
}

/** What `uploadTestRunResults` takes. */
export interface TestRunDocument {
  component: ComponentReference;
  testType: string;
  /** Code; it must be where the component is. */
  institution: string;
  runNumber: string;
  /** ISO 8601, UTC, with milliseconds. */
  date?: string;
  passed: boolean;
  problems?: boolean;
  properties?: Readonly<Record<string, Json>>;
  results: Readonly<Record<string, Json>>;
  comments?: readonly string[];
  defects?: readonly { name: string; description: string; properties?: JsonObject }[];
  /** Another stage than the present one, with `isRetroactive`. */
  stage?: string;
  isRetroactive?: boolean;
}

/** One property or parameter of a test type, or one property of a component type. */
export interface FieldDefinition {
  code: string;
  name: string;
  description: string;
  /** string, float, integer, boolean, compound, codeTable, image, testRun, date; others are passed through. */
  dataType: string;
  /** single or array. */
  valueType: string;
  /** Depth of an array, where the definition says. */
  arrayDimensions: number | undefined;
  required: boolean;
  unique: boolean;
  codeTable: readonly { code: string; value: string }[];
  children: readonly FieldDefinition[];
}

/** A kind of test: the fields that its results have. */
export interface TestType {
  id: string;
  code: string;
  name: string;
  properties: readonly FieldDefinition[];
  parameters: readonly FieldDefinition[];
}

/** A kind of component of a project, with its types, stages and properties. */
export interface ComponentType {
  id: string;
  code: string;
  name: string;
  project: string;
  subprojects: readonly string[];
  serialNumberRequired: boolean;
  serialNumberAutomatic: boolean;
  /** YY of the serial number, where the type does not have its own. */
  serialNumberIdentifier: string;
  properties: readonly FieldDefinition[];
  types: readonly {
    code: string;
    name: string;
    subprojects: readonly string[];
    serialNumberIdentifier: string;
  }[];
  /** In their order. */
  stages: readonly { code: string; name: string; testTypes: readonly string[] }[];
}

/** Where components are, and what the database calls it. */
export interface Institution extends Named {
  id: string;
  /** Component types that it may register, by project. */
  componentTypes: readonly { project: string; projectName: string; types: readonly Named[] }[];
}

/** Who is logged in, with institutions and rights. */
export interface User {
  userIdentity: string;
  name: string;
  email: string | undefined;
  institutions: readonly { code: string; name: string; default: boolean; role: UserRole }[];
}

/** Each may do what those before it may. */
export type UserRole = 'reader' | 'executive' | 'authority' | 'component manager';
