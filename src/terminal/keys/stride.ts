import type { Key } from './key.ts';

/** By how many lines a key moves through a list or a text of which so many are seen; undefined: it does not. */
export function stride({ key }: Key, page: number): number | undefined {
  switch (key) {
    case 'up':
      return -1;
    case 'down':
      return 1;
    case 'pageUp':
      return -page;
    case 'pageDown':
      return page;
    default:
      return undefined;
  }
}
