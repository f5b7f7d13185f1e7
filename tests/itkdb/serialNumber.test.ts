import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  buildSerialNumber,
  checkSerialNumber,
  describeSerialNumber,
  parseSerialNumber,
} from '../../src/itkdb/serialNumber.ts';

const severities = (text: string) => checkSerialNumber(text).map(({ code }) => code);

test.each([
  '20UPGM22110001',
  '20UPIM15000123',
  '20UPGPQ2600017',
  '20UPGFC0123456',
  '20USBSS0000042',
  '20UPGXM0000001',
])('%s is one, without a remark', (text) => {
  expect(severities(text)).toEqual([]);
});

test.each([
  '',
  '20UPGM2211000',
  '20UPGM221100011',
  '10UPGM22110001',
  '20upgm22110001',
  '20UPG3D000000X',
  '20UPGM2211000O',
])('"%s" is none', (text) => {
  expect(severities(text)).toEqual(['E8030']);
});

test.each(['20UPGQ72110001', '20UXXM22110001', '20UPGM28110001'])('%s is unusual, and only that', (text) => {
  expect(severities(text)).toEqual(['E8031']);
});

test('the letters of the chosen type are demanded', () => {
  expect(checkSerialNumber('20UPGM22110001', { subproject: 'PG', identifier: 'M2' })).toEqual([]);
  expect(checkSerialNumber('20UPGM22110001', { identifier: 'M1' })[0]!.what).toContain('M1');
  expect(checkSerialNumber('20UPGM22110001', { subproject: 'PI' })[0]!.what).toContain('PI');
});

test('what is built from parts is read back as those parts, and said in words', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('PG', 'PI', 'SB'),
      fc.stringMatching(/^[A-Z0-9]{2}$/),
      fc.integer({ min: 0, max: 9_999_999 }),
      (subproject, identifier, number) => {
        const text = buildSerialNumber(subproject, identifier, String(number));
        expect(parseSerialNumber(text)).toMatchObject({
          subproject,
          identifier,
          digits: String(number).padStart(7, '0'),
        });
      },
    ),
    { seed: 5 },
  );
  expect(describeSerialNumber(parseSerialNumber('20UPGM22110001')!)).toBe('pixel general, M2, ITkpix v1.1');
});

test('no text makes the check throw', () => {
  fc.assert(
    fc.property(fc.string(), (text) => void checkSerialNumber(text)),
    { seed: 5 },
  );
});
