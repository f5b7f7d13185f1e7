import type { Json, JsonObject } from '../json.ts';
import type { FieldDefinition, TestType } from '../model.ts';

/**
 * A test run document to fill in: every key that the test type has, each with a sample that `checkTestRun` refuses
 * until somebody has put a value in its place. A list has one sample; write as many as there are.
 */
export function prototypeOf(testType: TestType): JsonObject {
  return {
    component: 'some_component',
    testType: testType.code,
    institution: 'some_institution',
    runNumber: 'some_run_number',
    date: 'some_date',
    passed: 'some_boolean',
    problems: false,
    properties: samplesOf(testType.properties),
    results: samplesOf(testType.parameters),
    comments: [],
  };
}

function samplesOf(fields: readonly FieldDefinition[]): Record<string, Json> {
  return Object.fromEntries(fields.map((field) => [field.code, sampleOf(field)]));
}

function sampleOf(field: FieldDefinition): Json {
  if (field.valueType === 'array') {
    let sample: Json = single(field);
    for (let depth = 0; depth < Math.max(1, field.arrayDimensions ?? 1); depth++) sample = [sample];
    return sample;
  }
  return single(field);
}

function single(field: FieldDefinition): Json {
  return field.dataType === 'compound' ? samplesOf(field.children) : `some_${field.dataType}`;
}
