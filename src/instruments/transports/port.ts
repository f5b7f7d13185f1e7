/** Bytes in, bytes out. What they mean is the business of the line above. */
export interface Port {
  /** Loopback, or a pseudo-terminal of our own user: where a simulated instrument may be believed to be one. */
  readonly local: boolean;
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface PortEvents {
  data(bytes: Buffer): void;
  /** The port ended and not because `close` was called. Comes once. */
  lost(why: string): void;
}

export interface SerialSettings {
  baudRate: number;
  stopBits?: 1 | 2;
}
