/** How a wire broke. The order is the database's break code, 0 to 5 (PULL_STRENGTH_DATA). */
export const breakModes = [
  'midspan',
  'heel on PCB',
  'heel on FE chip',
  'peel on PCB',
  'peel on FE chip',
  'error',
] as const;

export type BreakMode = (typeof breakModes)[number];

export function breakCode(mode: BreakMode): number {
  return breakModes.indexOf(mode);
}

/** A bond that came off instead of a wire that broke. */
export function isPeel(mode: BreakMode): boolean {
  return mode === 'peel on PCB' || mode === 'peel on FE chip';
}

/** The labels of the three-column format, which calls the PCB the hybrid. */
const labels: Record<string, BreakMode> = {
  'midspan break': 'midspan',
  'heel break on hybrid': 'heel on PCB',
  'heel break on pcb': 'heel on PCB',
  'heel break on chip': 'heel on FE chip',
  'bond peel on hybrid': 'peel on PCB',
  'bond peel on pcb': 'peel on PCB',
  'bond peel on chip': 'peel on FE chip',
  'pull failure': 'error',
  'operator error': 'error',
  'other error': 'error',
};

export const breakLabels = Object.keys(labels);

/** The break mode that a label names; undefined when it is not a known one: an unknown break is never guessed. */
export function parseBreakLabel(text: string): BreakMode | undefined {
  const label = text.trim().replace(/\s+/g, ' ').toLowerCase();
  return Object.hasOwn(labels, label) ? labels[label] : undefined;
}
