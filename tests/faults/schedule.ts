import { seededRandom } from '../../src/simulator/chips/random.ts';
import type { Blow } from './begin.ts';
import { faults } from './catalogue.ts';
import type { Fault } from './fault.ts';
import { type Phase, phases } from './phase.ts';

export interface Only {
  fault?: string;
  phase?: string;
}

/** Of the campaign's table. */
interface Cell {
  fault: Fault;
  phase: Phase;
}

/**
 * The run of that number, counted from 1, which a seed alone decides: every fault in every phase once, in an order of the
 * seed's, and then any.
 */
export function blow(seed: number, number: number, only: Only = {}): Blow {
  const cells = chosen(only);
  const order = shuffled(cells, seed);
  const random = seededRandom(seed, `run ${number}`);
  const drawn = Math.floor(random.uniform() * cells.length);
  const { fault, phase } = order[number - 1] ?? order[drawn]!;
  return {
    number,
    fault,
    aim: { phase, depth: random.uniform() },
    supply: random.uniform() < 0.7 ? 'hv_1' : 'lv_1',
  };
}

/** By a whole name, or by what is part of several. */
function chosen({ fault: name = '', phase: where }: Only): readonly Cell[] {
  const exact = faults.filter((fault) => fault.name === name);
  const some = exact.length > 0 ? exact : faults.filter((fault) => fault.name.includes(name));
  const places = phases.filter((phase) => where === undefined || phase === where);
  return some.flatMap((fault) => places.map((phase) => ({ fault, phase })));
}

/** Fisher and Yates'. */
function shuffled(cells: readonly Cell[], seed: number): readonly Cell[] {
  const random = seededRandom(seed, 'order');
  const order = [...cells];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random.uniform() * (last + 1));
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
