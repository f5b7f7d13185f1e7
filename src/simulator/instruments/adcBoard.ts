import type { Reply, SimulatedInstrument, Surroundings } from './simulatedInstrument.ts';

/** Board V2: every request and every head is 8 bytes. The numbers are those of icicle's adc_board.py. */
const start = 0x5a;
const request = { read: 0x11, status: 0x33, application: 0x37 };
const answer = { good: 0x55, badStart: 0x66, badNumber: 0x77, badCommand: 0x88, badApplication: 0xaa };
const boardId = 0x02;
/** Both ADCs with all nine channels. */
const channels = 0x09;
const dataChannels = 18;
const trailer = 18;

/** Channel, counted from 1 → what its needle touches. */
const pins: Readonly<Record<number, string>> = {
  1: 'VDDA2',
  3: 'VDDD2',
  5: 'VDDA3',
  7: 'VDDD3',
  10: 'VIN',
  12: 'VDDA0',
  14: 'VDDD0',
  15: 'VOFS',
  16: 'VDDA1',
  17: 'VDDD1',
};
const temperatureChannels = [9, 18];

/** The needle card's ADC board: binary frames `5A5A rr rr cc cc 0000`, 18 floats in a reading. */
export function adcBoard(around: Surroundings): SimulatedInstrument {
  return {
    framing: 'frame8',
    execute: (frame) => {
      const [first, second, number = 0, again, command, commandAgain, five, six] = frame;
      if (first !== start || second !== start) return error(answer.badStart, number);
      if (number !== again) return error(answer.badNumber, number);
      if (command !== commandAgain) return error(answer.badCommand, number);
      switch (command) {
        case request.read:
          return {
            bytes: Buffer.concat([
              head(number, request.read),
              around.measured('all', () => readings(around)),
            ]),
            busy: 0.02,
          };
        case request.status:
          return { bytes: Buffer.concat([head(number, request.status), identity()]) };
        case request.application:
          if (five !== 0x58 || six !== 0x58) return error(answer.badApplication, number);
          return { bytes: head(number, request.application) };
        default:
          return error(answer.badCommand, number);
      }
    },
  };
}

function head(number: number, command: number): Buffer {
  return Buffer.from([start, start, boardId, number, answer.good, command, channels, channels]);
}

function error(code: number, number: number): Reply {
  return { bytes: Buffer.from([start, start, boardId, number, code, 0, 0, 0]) };
}

/** Production id, serial number, hardware version and assembly, software version: 8 bytes that read `A1SIM`. */
function identity(): Buffer {
  return Buffer.from([...Buffer.from('A1SIM'), 0x01, 0x02, 0x01]);
}

function readings(around: Surroundings): Buffer {
  const { voltages, temperature } = around.probe();
  const bytes = Buffer.alloc(4 * dataChannels + trailer);
  for (let channel = 1; channel <= dataChannels; channel += 1) {
    const noise = around.random.gauss();
    const value = temperatureChannels.includes(channel)
      ? temperature + 0.05 * noise
      : (voltages[pins[channel] ?? ''] ?? 0) + 4e-4 * noise;
    bytes.writeFloatLE(value, 4 * (channel - 1));
  }
  return bytes;
}
