/** The options of dirigent that a sequence cannot do without. Each takes one argument. */
export const dirigentOptions = {
  instruments: '--instruments-dict',
  channels: '--channels-dict',
  directory: '--directory',
} as const;
