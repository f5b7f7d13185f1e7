import type { Category } from './category.ts';
import { chipSummaryReader, numberAt } from './chipSummary.ts';

/** Open bumps are seen as missing crosstalk: LV on, sensor biased, three consecutive runs of the read-out. */
export const openbumps: Category = {
  name: 'openbumps',
  before: ['lv on', 'hv biased'],
  after: [],
  usesSettings: true,
  calibrations: {
    crosstalk_method: {
      summary: 'finds disconnected bumps without a source',
      needs: ['hv', 'lv'],
      handOver: [],
      artefacts: [/\.(csv|json|root)$/],
      estimate: () => 300,
      readResults: chipSummaryReader((chip) => ({
        electrical: { value: numberAt(chip, 'electrical'), unit: 'pixels' },
        disconnected: { value: numberAt(chip, 'disconnected'), unit: 'pixels' },
        suspicious: { value: numberAt(chip, 'suspicious'), unit: 'pixels' },
      })),
    },
  },
};
