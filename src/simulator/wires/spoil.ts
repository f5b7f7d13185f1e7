/** What a bad line makes of a reply: every third character another one, or the end missing. */
export function spoil(reply: Buffer, how: { garbled: boolean; halved: boolean }): Buffer {
  const bytes = Buffer.from(reply);
  // The terminator stays, so that the client reads it as a reply and not as silence.
  if (how.garbled)
    for (let k = 0; k < bytes.length; k += 3)
      if (bytes[k] !== 0x0a && bytes[k] !== 0x0d) bytes[k] = bytes[k]! ^ 0x55;
  return how.halved ? bytes.subarray(0, Math.floor(bytes.length / 2)) : bytes;
}
