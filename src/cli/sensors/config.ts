import type { SensorSite } from '../../sensors/siteFile.ts';
import { testTypes } from '../../sensors/testTypes.ts';
import { command } from '../command.ts';
import { printTable } from '../printing/table.ts';
import { type SensorArguments, siteOf, withSensorSite } from './input.ts';

export default command<Pick<SensorArguments, 'site' | 'config' | 'json'>>({
  usage: 'config',
  summary: 'show project, component type and test types',
  build: withSensorSite,
  async run(args) {
    const site = siteOf(args);
    const { project, componentType } = site;
    const types = testTypes.map(({ name, code }) => ({ name, code }));
    const columns = site.columns.map(({ title, quantity, code }) => ({
      title,
      quantity: quantity.name,
      code: code ?? quantity.code,
    }));
    if (args.json) {
      process.stdout.write(
        `${JSON.stringify({ project, componentType, testTypes: types, columns }, null, 2)}\n`,
      );
      return 0;
    }
    process.stdout.write(`${siteLine(site)}\n\n`);
    printTable(
      ['test', 'code in the database'],
      types.map(({ name, code }) => [name, code]),
    );
    if (columns.length > 0) {
      process.stdout.write('\n');
      printTable(
        ["the site's column", 'quantity', 'code'],
        columns.map(({ title, quantity, code }) => [title, quantity, code]),
      );
    }
    return 0;
  },
});

/** What every upload confirmation shows too. */
export function siteLine({ project, componentType }: SensorSite): string {
  const kind = componentType === 'SENSOR' ? 'real sensors' : 'dummies and trials';
  return `project ${project}, component type ${componentType} (${kind})`;
}
