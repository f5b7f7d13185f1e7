import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../src/cli/database/connection.ts';
import { withSensorDatabase, withUploadServices } from '../../src/cli/sensors/database.ts';
import { runReport } from '../../src/cli/sensors/report.ts';
import { runUpload } from '../../src/cli/sensors/upload.ts';
import { registerComponent } from '../../src/itkdb/commands/components.ts';
import { KnownSensors, testsOfBatch } from '../../src/sensors/database/compare.ts';
import { importSensorTests } from '../../src/sensors/importing/importSensorTests.ts';
import { judge } from '../../src/sensors/judged.ts';
import { defaultSite } from '../../src/sensors/siteFile.ts';
import { bowText, cvText, ivText, stabilityText, stripRows, stripText, thicknessText } from './samples.ts';
import { temporaryFolder } from './shared.ts';

test('what is uploaded comes back from the local database as it was measured, and is not uploaded twice', async () => {
  const folder = temporaryFolder();
  const database = {
    config: join(folder, 'config'),
    directory: join(folder, 'runs'),
    json: false,
    local: true,
  };
  const connection = await connect(database);
  const { serialNumber } = await registerComponent(connection.client, {
    project: 'S',
    subproject: 'SB',
    institution: 'FZU',
    componentType: 'SENSOR_S_TEST',
    type: 'ATLAS18LS',
    properties: { ID: 'VPX77001-W00042' },
  });
  await connection.close();

  const about = { Component: serialNumber!, Institute: 'FZU' };
  const bad = stripRows().map((row, i) => (i === 9 ? ['10', '5000.00', '130.00', '1.40'] : row));
  const files = {
    iv: ivText(about),
    cv: cvText(about),
    stability: stabilityText(about),
    strip: stripText(about, bad),
    bow: bowText(about),
    thickness: thicknessText('320.0', about),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.dat`), text);
  const args = { ...database, paths: [folder], yes: true, dryRun: false };
  const upload = () => withUploadServices(database, (services) => runUpload(args, services, undefined));
  expect(await upload()).toBe(0);

  const { tests } = await importSensorTests(folder);
  await withSensorDatabase(database, async (services) => {
    const asked = await services.database(defaultSite);
    const known = new KnownSensors(await asked.components());
    const back = await testsOfBatch(asked, await asked.components(), 'VPX77001');
    expect(back.map(({ testType }) => testType).sort()).toEqual(tests.map(({ testType }) => testType).sort());
    for (const fromFile of tests) {
      const fromDatabase = back.find(({ testType }) => testType === fromFile.testType)!;
      expect(fromDatabase).toMatchObject({ batch: 'VPX77001', wafer: 42, timestamp: fromFile.timestamp });
      const { values } = judge(fromFile).analysis;
      const again = judge(known.complete(fromDatabase)).analysis;
      if (fromFile.testType !== 'strip') expect(again.values, fromFile.testType).toEqual(values);
      else expect(again).toMatchObject({ values: { badChannels: [10] } });
    }
    return 0;
  });

  // A second time nothing is queued: the database has the same content.
  expect(await upload()).toBe(0);
  await withSensorDatabase(database, async (services) => {
    const asked = await services.database(defaultSite);
    expect(await testsOfBatch(asked, await asked.components(), 'VPX77001')).toHaveLength(tests.length);
    const out = join(folder, 'page.html');
    return runReport({ ...database, paths: [], batch: 'VPX77001', out, open: false }, services);
  });
}, 60_000);
