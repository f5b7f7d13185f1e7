/** The pixel matrix of a CROC: 432 columns by 336 rows, kept row by row. [RD53C-CMS manual, "Pixel matrix"] */
export const columns = 432;
export const rows = 336;
export const pixels = columns * rows;

/** What is wrong with a pixel. `open`: its bump does not connect it to the sensor. */
export type Defect = 'dead' | 'noisy' | 'open';

export const good = 0;
export const defectCode: Record<Defect, number> = { dead: 1, noisy: 2, open: 3 };
