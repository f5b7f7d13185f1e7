import { expect, test } from 'vitest';
import { pullData } from '../../src/wirebond/document.ts';
import { resultOf } from '../../src/wirebond/result.ts';
import { dageFile } from './dageText.ts';
import { component, read, settings, shippedSite } from './settings.ts';

const content = dageFile([
  { load: 8.5, grade: '3' },
  { load: 7.25, grade: '1' },
  { load: 0.5, grade: '6' },
]);
const judging = { site: shippedSite, criteria: undefined, marks: { title: 'Lot 7', version: '1.2.3' } };
const documentOf = (text: string, more = {}) => resultOf(read(text, more).tests[0]!, judging).document;

test('the test run carries every pull, operator, instrument and date, and its title and place as its comment', () => {
  const reading = read(content);
  expect(resultOf(reading.tests[0]!, judging).document).toEqual({
    component,
    testType: 'WIREBOND_PULL_TEST',
    runNumber: `wirebond-${reading.sha256.slice(0, 16)}-1`,
    date: '2024-03-25T09:30:00.000Z',
    passed: false,
    problems: true,
    properties: { OPERATOR: 'Ann', INSTRUMENT: 'DAGE 4000Plus 77', ANALYSIS_VERSION: 'baton 1.2.3' },
    results: {
      WIRE_PULLS: 3,
      PULL_STRENGTH: 7.875,
      PULL_STRENGTH_ERROR: expect.closeTo(0.8838834764831844, 12) as number,
      PULL_STRENGTH_MIN: 7.25,
      PULL_STRENGTH_MAX: 8.5,
      WIRE_BREAKS_5G: 0,
      HEEL_BREAKS_ON_FE_CHIP: 0,
      HEEL_BREAKS_ON_PCB: expect.closeTo(33.333333, 5) as number,
      BOND_PEEL: 0,
      LIFT_OFFS_LESS_THAN_7G: 0,
      DATA_UNAVAILABLE: false,
      PULL_STRENGTH_DATA: [[[8.5, 0, 1]], [[7.25, 1, 1]], [[0.5, 5, 1]]],
    },
    comments: ['Lot 7 1/1', expect.stringContaining('Not judged: there were no criteria.') as string],
  });
});

test('the same file gives the same document, and one changed byte another run number', () => {
  expect(documentOf(content)).toEqual(documentOf(content));
  expect(documentOf(`${content}\n`)?.runNumber).not.toBe(documentOf(content)?.runNumber);
});

test('a test with an open question has no document', () => {
  expect(documentOf(dageFile([{ load: 8 }, { load: 9 }], { OPERATOR: '' }))).toBeUndefined();
  expect(
    documentOf(dageFile([{ load: 8 }, { load: 9 }], { OPERATOR: '' }), { operator: 'Bo' })?.properties,
  ).toEqual({
    OPERATOR: 'Bo',
    INSTRUMENT: 'DAGE 4000Plus 77',
    ANALYSIS_VERSION: 'baton 1.2.3',
  });
});

test('a site may call the operator as its database does, and choose the nesting of the pulls', () => {
  const site = {
    ...shippedSite,
    operatorProperty: 'OPERATOR_IDENTITY' as const,
    pullStrengthData: 'Nx3' as const,
  };
  const { document } = resultOf(read(content, settings({ site })).tests[0]!, { ...judging, site });
  expect(document?.properties.OPERATOR_IDENTITY).toBe('Ann');
  expect(document?.results.PULL_STRENGTH_DATA[0]).toEqual([8.5, 0, 1]);
});

test('every nesting holds the same numbers', () => {
  const { pulls } = read(content).tests[0]!;
  expect(pullData(pulls, 'Nx3')).toEqual([
    [8.5, 0, 1],
    [7.25, 1, 1],
    [0.5, 5, 1],
  ]);
  expect(pullData(pulls, 'Nx1x3')).toEqual([[[8.5, 0, 1]], [[7.25, 1, 1]], [[0.5, 5, 1]]]);
  expect(pullData(pulls, 'Nx3x1')).toEqual([
    [[8.5], [0], [1]],
    [[7.25], [1], [1]],
    [[0.5], [5], [1]],
  ]);
});

test('a document is JSON without loss: no NaN, nothing undefined', () => {
  const document = documentOf(content);
  expect(JSON.parse(JSON.stringify(document))).toEqual(document);
});
