import type { Volts } from '../base/units.ts';
import type { Module } from '../station/station.ts';
import type { EarlierBreakdown, RunContext } from './runContext.ts';
import type { RunState } from './runState.ts';

/**
 * Asks the operator what an IV curve of the module has shown. Undefined when nobody is there, knows it, or answers in a way
 * that is understood: what is not known allows no bias.
 */
export async function askOfBreakdown(
  { index, name, serialNumber }: Module,
  { target, step }: { target: Volts; step: number },
  { ask }: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<EarlierBreakdown | undefined> {
  const text = `No IV curve of module ${index}, ${serialNumber ?? name}, is known here, and it is to be biased at ${target} V.
To which voltage was its IV measured, and where did it break down? For example "-80 none" or "-80 -65"; nothing: not known.`;
  state.note({ event: 'step.prompted', step, text });
  const given = await ask({ step, text, secret: false }, stop);
  const by = given === undefined ? 'time-out' : 'operator';
  state.note({ event: 'step.answered', step, answer: given ?? '', by });
  return readAnswer(given ?? '');
}

/** `-80 none`, `-80 -65`. Magnitudes are taken for what they are; anything else is not understood. */
export function readAnswer(answer: string): EarlierBreakdown | undefined {
  const number = String.raw`-?(\d+(?:\.\d+)?)`;
  const [, reached, at] =
    new RegExp(`^\\s*${number}\\s*V?[\\s,;]+(?:none|${number}\\s*V?)\\s*$`, 'i').exec(answer) ?? [];
  const measuredTo = -Number(reached);
  if (reached === undefined || measuredTo === 0) return undefined;
  if (at === undefined) return { breakdown: { found: 'none' }, measuredTo, from: 'the operator' };
  const voltage = -Number(at);
  if (voltage === 0 || voltage < measuredTo) return undefined;
  return { breakdown: { found: 'at', voltage }, measuredTo, from: 'the operator' };
}
