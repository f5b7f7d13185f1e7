import type { Forge } from './driver.ts';

/** Puts the value in the place of the number in one comma-separated field of the replies to such a question. */
export function forgeField(asks: RegExp, field = 0): Forge {
  return (question, reply, value) => {
    if (!asks.test(question)) return undefined;
    const fields = reply.toString('latin1').split(',');
    fields[field] = (fields[field] ?? '').replace(lastNumber, value.toExponential(6).toUpperCase());
    return Buffer.from(fields.join(','), 'latin1');
  };
}

/** `V1 4.002V`: the one behind the name of the channel. */
const lastNumber = /[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?(?=[^0-9]*$)/i;
