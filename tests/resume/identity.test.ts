import { expect, test } from 'vitest';
import { chipCodes } from '../../src/sequence/calibrating/chipIdentity.ts';
import { confirmedBy, type ExpectedModule } from '../../src/sequence/resume/moduleIdentity.ts';

const chips = { 12: 44445, 13: 40704 };
const ofRun: ExpectedModule = { module: '0', chips, certain: true };
const ofFile: ExpectedModule = { module: '0', chips, certain: false };
const label = { confirmedBy: 'a tester' };
const other = { 12: 44445, 13: 1 };
const byChips = 'the eFuse codes of its chips';

test.each<[string, ExpectedModule | undefined, Record<string, number>, string | undefined]>([
  ['the codes that the run has read', ofRun, chips, byChips],
  ['those of modules.json', ofFile, chips, byChips],
  ['one chip alone, for the others are silent', ofRun, { 13: 40704 }, byChips],
  ['one chip that is another, whatever a person says', { ...ofRun, ...label }, other, undefined],
  ['one chip alone, that is another', { ...ofRun, ...label }, { 13: 1 }, undefined],
  ['a file that is wrong, and nobody who says so', ofFile, other, undefined],
  ['a file that is wrong, and a person who has looked', { ...ofFile, ...label }, other, 'a tester'],
  ['no chip, and nobody', ofRun, {}, undefined],
  ['no chip, and a person who has looked', { ...ofRun, ...label }, {}, 'a tester'],
  ['nothing to compare with', undefined, chips, undefined],
])('a module is known by %s', (_, expected, read, by) => {
  expect(confirmedBy(expected, read)).toBe(by);
});

test('the codes are among what get_module_info measures', () => {
  const measurements = [
    { name: 'chip12_eFuseCode', value: 44445 },
    { name: 'chip12_answers', value: 1 },
    { name: 'chip13_eFuseCode' },
  ];
  expect(chipCodes(measurements)).toEqual({ 12: 44445 });
});
