import { Text } from 'ink';
import { useEffect, useRef } from 'react';
import type { EpochMs } from '../../../base/units.ts';
import type { Key } from '../../keys/key.ts';
import { Line } from './parts.tsx';
import { useSurroundings } from './surroundings.tsx';

/** What was typed before it could be read does nothing, ms. */
const readingMs = 300;
/** A letter with something behind it is the beginning of a scan, ms. */
const aloneMs = 60;

/**
 * A key that does what cannot be taken back. It counts when it is pressed by itself, by a person, after what it does could
 * be read.
 *
 * @param since when it could be read first; undefined: not yet
 * @returns what is to be told of every key of the screen
 */
export function useDeliberateKey(
  sign: string,
  since: EpochMs | undefined,
  act: () => void,
): (key: Key) => void {
  const { now } = useSurroundings();
  const pressed = useRef<NodeJS.Timeout>(undefined);
  useEffect(() => () => clearTimeout(pressed.current), []);
  return (key) => {
    clearTimeout(pressed.current);
    if (key.key !== 'text' || key.text !== sign || key.scanned) return;
    if (since === undefined || now() - since < readingMs) return;
    pressed.current = setTimeout(act, aloneMs);
  };
}

/** Cancel first, and what is marked; what has an effect behind it, with its key. */
export function ChoiceRow({ act, colour = 'green' }: { act: string | undefined; colour?: string }) {
  const { strings } = useSurroundings();
  return (
    <Line>
      {'  '}
      <Text inverse bold>{` ${strings.preflight.cancel} `}</Text>
      {'    '}
      {act !== undefined && (
        <Text bold color={colour}>
          {act}
        </Text>
      )}
    </Line>
  );
}
