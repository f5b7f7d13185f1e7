import type { SimulatedInstrument } from './simulatedInstrument.ts';
import { textReply } from './simulatedInstrument.ts';

/** a to j connect one pin of the probe card to the output, x none. */
const positions = 'abcdefghijx';

/**
 * The ETHZ relay board, an Arduino: one letter a command, no terminator, the letter of what is now connected as its
 * answer; `?` asks for it. Our identity stands behind that answer.
 */
export function relayBoard(): SimulatedInstrument {
  let position = 'x';
  return {
    framing: 'letter',
    execute: (command) => {
      const letter = Buffer.from(command).toString('latin1');
      if (letter === '?') return textReply(`${position} SIM`, '\r\n');
      if (!positions.includes(letter)) return textReply('?', '\r\n');
      position = letter;
      return textReply(position, '\r\n');
    },
  };
}
