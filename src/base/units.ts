/** Plain numbers with the unit in their name: SI, signed as at the module (bias is negative). */
export type Volts = number;
/** Signed as at the module: leakage is negative under a negative bias. */
export type Amperes = number;
/** Of the station: at a time scale of 100, a hundred of them pass in each on the wall. */
export type Seconds = number;
/** Temperature in °C. */
export type Celsius = number;
/** Relative humidity, 0 to 100. */
export type Percent = number;
/** Wall-clock time: milliseconds since 1970-01-01 UTC. */
export type EpochMs = number;
