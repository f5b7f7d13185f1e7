// The site's own checks before anything is powered. docs/sequences.md, "Checks of your own", explains the interface.

/**
 * Nothing may be on yet: what the station reads must lie within the limits that the script gives.
 * @type {import('./check.d.ts').CheckDeclaration}
 */
export const outputsAreOff = {
  title: 'Outputs are off',
  arguments: { hv: { type: 'object', required: true } },
  async run({ args, measure, message, read, failed }) {
    const readings = await read();
    const voltages = readings.filter(({ name, unit }) => unit === 'V' && name.includes('hv'));
    const outputs = readings.filter(({ name }) => name.endsWith('output'));
    message(`${voltages.length} voltages and ${outputs.length} outputs read`);
    for (const { name, value } of voltages) if (!measure(name, value, args.hv)) failed(0);
    for (const { name, value } of outputs) if (!measure(`${name} is off`, value === false)) failed(0);
    // A station that tells neither has not shown that it is safe.
    if (outputs.length === 0) return 'INC';
  },
};

/**
 * The operator looks, for no instrument sees the needles before power is on.
 * @type {import('./check.d.ts').CheckDeclaration}
 */
export const needlesTouch = {
  title: 'Needles touch',
  arguments: { question: { type: 'string', required: true } },
  async run({ args, ask, measure, failed }) {
    const answer = await ask({ text: args.question, choices: ['Yes', 'No'] });
    if (!measure('contact', answer.choice === 0)) failed(0);
  },
};
