import type { Category } from './category.ts';
import { chipSummaryReader, numberAt } from './chipSummary.ts';

/** HV is off and LV stays as it is; the calibration gets neither. */
export const general: Category = {
  name: 'general',
  before: ['hv off', 'lv on'],
  after: [],
  setsChips: true,
  calibrations: {
    voltage_trimming: {
      summary: 'trims VDDA and VDDD of each chip',
      needs: ['lv'],
      handOver: [],
      artefacts: [/\.(csv|json|root)$/],
      estimate: () => 120,
      readResults: chipSummaryReader((chip) => ({
        VDDA: { value: numberAt(chip, 'VDDA', 'voltage'), unit: 'V' },
        VDDD: { value: numberAt(chip, 'VDDD', 'voltage'), unit: 'V' },
        VDDA_trim: { value: numberAt(chip, 'VDDA', 'trim'), unit: '' },
        VDDD_trim: { value: numberAt(chip, 'VDDD', 'trim'), unit: '' },
      })),
    },
    get_module_info: {
      summary: 'reads the chips’ eFuses and updates modules.json',
      needs: ['lv'],
      handOver: [],
      artefacts: [],
      tellsChips: true,
      estimate: () => 60,
      readResults: chipSummaryReader((chip) => ({
        eFuseCode: { value: numberAt(chip, 'eFuseCode'), unit: '' },
      })),
    },
  },
};
