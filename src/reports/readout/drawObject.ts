import { drawDistributions, drawMap } from './draw.ts';
import type { ReadoutObject } from './readout.ts';

/** A histogram or map under its own title. */
export function drawObject(object: ReadoutObject, id: string): string {
  const title = object.title || object.path;
  const options = { id, title, ...(object.path === title ? {} : { note: object.path }) };
  if (object.kind === 'map') return drawMap(options, object);
  if (object.kind === 'distribution')
    return drawDistributions(options, [
      { id: `${id}-h`, name: object.path, tone: 's0', distribution: object },
    ]);
  return '';
}

export function whatItIs(object: ReadoutObject): string {
  switch (object.kind) {
    case 'distribution':
      return `histogram of ${object.counts.length} bins`;
    case 'map':
      return `map of ${object.x.edges.length - 1} by ${object.y.edges.length - 1}`;
    case 'other':
      return object.why ? `${object.type}, not read: ${object.why}` : object.type;
  }
}
