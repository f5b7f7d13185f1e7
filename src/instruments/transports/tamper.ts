/**
 * Puts something else in the place of a reply on its way in, so that the self-test of the interlocks can show that they
 * see it. Bytes of a text reply come without their terminator; `undefined` is a reply that never comes.
 */
export type Tamper = (instrument: string, question: string, reply: Buffer) => Buffer | undefined;
