import { createHash } from 'node:crypto';
import type { Json, JsonObject } from '../../json.ts';

/** Definitions have ids that stay the same from one file to the next, so that links and caches hold. */
export function seedId(...path: string[]): string {
  return createHash('sha256').update(path.join('/')).digest('hex').slice(0, 24);
}

interface FieldOptions {
  required?: boolean;
  array?: number;
  children?: readonly JsonObject[];
  codeTable?: Readonly<Record<string, string>>;
  unique?: boolean;
  default?: boolean;
}

/** One property or parameter. `array` is the depth of a list of them. */
export function field(code: string, dataType: string, name: string, options: FieldOptions = {}): JsonObject {
  return {
    code,
    name,
    description: name,
    dataType,
    valueType: options.array ? 'array' : 'single',
    arrayDimensions: options.array ?? null,
    required: options.required ?? false,
    unique: options.unique ?? false,
    default: options.default ?? false,
    snPosition: null,
    ...(options.children ? { children: options.children as Json } : {}),
    ...(options.codeTable
      ? { codeTable: Object.entries(options.codeTable).map(([key, value]) => ({ code: key, value })) }
      : {}),
  };
}

export interface SeedTestType {
  code: string;
  name: string;
  properties: readonly JsonObject[];
  parameters: readonly JsonObject[];
}

export function testType(
  project: string,
  componentType: string,
  { code, name, properties, parameters }: SeedTestType,
): JsonObject {
  return {
    id: seedId(project, componentType, code),
    code,
    name,
    description: `${name} (definition of Baton's local database; not the production database's)`,
    state: 'active',
    project,
    componentType,
    automaticGrading: false,
    properties: properties.map((entry, order) => ({ ...entry, order })),
    parameters: parameters.map((entry, order) => ({
      ...entry,
      order,
      additional: false,
      allAssociatedChildrenIsRequired: false,
      objectDefinition: null,
      thresholds: null,
      associateChildren: [],
    })),
    plots: null,
  };
}

interface SeedComponentType {
  project: string;
  code: string;
  name: string;
  serialNumber: 'required' | 'automatic' | 'none';
  identifier?: string;
  subprojects: readonly string[];
  properties: readonly JsonObject[];
  types: readonly { code: string; name: string; identifier?: string; subprojects: readonly string[] }[];
  /** In order, with the test types that belong to each. */
  stages: readonly { code: string; name: string; testTypes: readonly string[] }[];
  children?: readonly string[];
}

export function componentType(seed: SeedComponentType): JsonObject {
  const { project, code } = seed;
  return {
    id: seedId(project, code),
    code,
    name: seed.name,
    state: 'active',
    project,
    subprojects: [...seed.subprojects],
    category: 'item',
    snRequired: seed.serialNumber === 'required',
    snAutomatically: seed.serialNumber === 'automatic',
    snComponentIdentifier: seed.identifier ?? '',
    properties: seed.properties.map((entry, order) => ({ ...entry, order })),
    types: seed.types.map((type) => ({
      code: type.code,
      name: type.name,
      version: 'prototype',
      subprojects: type.subprojects.map((subproject) => ({ code: subproject, name: subproject })),
      snComponentIdentifier: type.identifier ?? '',
      existing: true,
      cddNumber: null,
    })),
    stages: seed.stages.map((stage, order) => ({
      code: stage.code,
      name: stage.name,
      order,
      initial: order === 0,
      final: order === seed.stages.length - 1,
      testTypes:
        stage.testTypes.length === 0
          ? null
          : stage.testTypes.map((test, position) => ({
              testType: { id: seedId(project, code, test), code: test },
              order: position,
              nextStage: false,
            })),
    })),
    testTypes: null,
    children: seed.children
      ? {
          '*': seed.children.map((child) => ({
            componentType: { id: seedId(project, child), code: child },
            type: null,
          })),
        }
      : {},
  };
}
