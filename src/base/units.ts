/** Plain numbers with the unit in their name: SI, signed as at the module (bias is negative). */
export type Volts = number;
export type Amperes = number;
export type Seconds = number;
export type Celsius = number;
/** Relative humidity, 0 to 100. */
export type Percent = number;
/** Wall-clock time: milliseconds since 1970-01-01 UTC. */
export type EpochMs = number;
