import type { ModuleRecord, RunRecord } from '../../journal/record.ts';
import { card, dataTable, plotSection, verdictMark } from '../page/pieces.ts';
import { spoken, words } from '../page/text.ts';
import { drawDistributions, drawMap } from '../readout/draw.ts';
import { drawObject, whatItIs } from '../readout/drawObject.ts';
import { type Meaning, meaningOf, type Quantity } from '../readout/meaning.ts';
import type { Distribution, PixelMatrix, ReadoutObject } from '../readout/readout.ts';
import { measuredText } from './measured.ts';
import { byChip } from './measurementTables.ts';
import type { ReadoutFile } from './runData.ts';

interface Known {
  meaning: Meaning;
  object: Distribution | PixelMatrix;
}

/** Of those whose meaning is not known: more would make the page heavy, and they are listed anyway. */
const mostUnknown = 24;

/** What the read-out chips gave: of each chip its distributions before and after tuning and its maps; the rest listed. */
export function readoutSection(
  record: RunRecord,
  module: ModuleRecord | undefined,
  files: readonly ReadoutFile[],
  id: string,
): string {
  const objects = files.flatMap(({ file, objects: own }) =>
    own.map((object) => ({ file, object, meaning: meaningOf(file.split('/').at(-1)!, object) })),
  );
  const known = objects.flatMap(({ object, meaning }): Known[] =>
    meaning && object.kind !== 'other' ? [{ meaning, object }] : [],
  );
  const chips = [...new Set(known.map(({ meaning }) => meaning.chip ?? ''))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  const sections = chips.map((chip) =>
    chipSection(
      record,
      module,
      chip,
      known.filter(({ meaning }) => (meaning.chip ?? '') === chip),
      `${id}-chip${chip}`,
    ),
  );
  const unknown = objects.filter(({ meaning }) => !meaning);
  return sections.join('') + listed(unknown, `${id}-others`);
}

function chipSection(
  record: RunRecord,
  module: ModuleRecord | undefined,
  chip: string,
  known: readonly Known[],
  id: string,
): string {
  const whose = module?.name ?? 'all modules';
  // Under its heading; of several modules each plot says whose it is.
  const name = chip === '' ? whose : `${record.modules.length > 1 ? `${whose}, ` : ''}chip ${chip}`;
  const distributions = (quantity: Quantity) => {
    const series = known.flatMap(({ meaning, object }) =>
      meaning.quantity === quantity && object.kind === 'distribution' ? [{ meaning, object }] : [],
    );
    if (series.length === 0) return [];
    return [
      drawDistributions(
        { id: `${id}-${quantity}`, title: `${capital(quantity)} of ${name}` },
        series.map(({ meaning, object }, i) => ({
          id: `${id}-${meaning.when ?? i}`,
          name: meaning.when ? `${meaning.when} tuning` : object.path,
          tone: meaning.when === 'before' ? 's1' : 's0',
          distribution: object,
        })),
      ),
    ];
  };
  const maps = (quantity: Quantity) =>
    known.flatMap(({ meaning, object }, i) =>
      meaning.quantity === quantity && object.kind === 'map' && isWanted(object)
        ? [
            drawMap(
              { id: `${id}-map-${i}`, title: `${mapTitle(quantity)} of ${name}` },
              object,
              quantity === 'threshold' ? 0 : undefined,
            ),
          ]
        : [],
    );
  const numbers = chipNumbers(record, module, chip);
  // Three in a row: what belongs together stands side by side, or one above the other.
  const plots = [
    ...distributions('threshold'),
    ...maps('threshold'),
    ...maps('pixel state'),
    ...distributions('noise'),
    ...maps('occupancy'),
    ...maps('bump state'),
  ];
  if (plots.length === 0) return '';
  const legend = [
    { id: `${id}-before`, name: 'before tuning', tone: 's1' },
    { id: `${id}-after`, name: 'after tuning', tone: 's0' },
  ];
  const title = chip === '' ? 'Read-out' : `Chip ${chip}`;
  const hasTuning = known.some(({ meaning }) => meaning.when);
  return plotSection({ id, title, columns: 'three' }, hasTuning ? legend : [], [...plots, ...numbers]);
}

/** What was measured of one chip, as it was judged. */
function chipNumbers(record: RunRecord, module: ModuleRecord | undefined, chip: string): string[] {
  const rows = record.steps
    .filter(({ category }) => category === 'tuning' || category === 'openbumps')
    .flatMap(({ results }) => results.filter((result) => result.module === module?.index))
    .flatMap(({ measurements }) => byChip(measurements).rows)
    .flatMap(({ name, of }) => {
      const own = of.get(chip);
      return own ? [{ name, own }] : [];
    });
  // Several steps may ask whether it answers: the last one says it.
  const last = [...new Map(rows.map((row) => [row.name, row])).values()];
  const table = dataTable(
    `Measured of chip ${chip}`,
    ['measurement', { html: 'value', of: 'n' }, 'verdict'],
    last.map(({ name, own }) => [
      words(spoken(name)),
      { html: words(measuredText(own, module)), of: 'n' },
      own.verdict === 'NONE' ? '' : verdictMark(own.verdict),
    ]),
  );
  return table === '' ? [] : [card(table)];
}

/** The raw counts behind a map of classes say nothing more to a reader of the report. */
function isWanted({ path, legend }: PixelMatrix): boolean {
  return legend !== undefined || !/^(normal|coupled|uncoupled)$/.test(path);
}

/** Histograms whose name is not known are drawn all the same; what is no histogram is named. */
function listed(unknown: readonly { file: string; object: ReadoutObject }[], id: string): string {
  if (unknown.length === 0) return '';
  const drawable = unknown.filter(({ object }) => object.kind !== 'other').slice(0, mostUnknown);
  const plots = drawable.map(({ object }, i) => drawObject(object, `${id}-${i}`));
  const table = dataTable(
    'Everything in the files whose name Baton does not know',
    ['file', 'name', 'what it is'],
    unknown.map(({ file, object }) => [words(file), words(object.path), words(whatItIs(object))]),
  );
  return plotSection({ id, title: 'Other histograms' }, [], plots, table);
}

function mapTitle(quantity: Quantity): string {
  return { 'pixel state': 'Pixels', 'bump state': 'Bumps' }[quantity as string] ?? `${capital(quantity)} map`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
