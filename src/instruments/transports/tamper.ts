/**
 * Puts something else in the place of a reply on its way in, so that the self-test of the interlocks can show that they
 * see it. `undefined` is a reply that never comes: it counts as late at once.
 */
export type Tamper = (instrument: string, question: string, reply: Buffer) => Buffer | undefined;
