import type { BatonError, Problem } from '../../base/errors.ts';
import type { EpochMs } from '../../base/units.ts';
import type { ItkdbClient } from '../client/client.ts';
import type { Definitions } from '../definitions/definitions.ts';
import type { Entry, Outcome } from './entry.ts';
import type { Outbox } from './outbox.ts';

export interface SenderOptions {
  outbox: Outbox;
  client: ItkdbClient;
  definitions: Definitions;
  /** What `isLocalDatabase` answered: simulated records go nowhere else. */
  local: boolean;
  /** How long a request whose answer is lost may still be at work in the database. Default: 60 s, local 0.2 s. */
  settleMs?: number;
  /** First pause after a fault; it doubles up to a quarter of an hour. Default: 5 s, local 50 ms. */
  pauseMs?: number;
  /** Requests under way at once. */
  concurrency?: number;
  signal?: AbortSignal;
  onEvent?: (event: SenderEvent) => void;
  now?: () => EpochMs;
}

/** What a view shows, in the order in which it happens. */
export interface SenderEvent {
  what: 'claimed' | 'asked' | 'sending' | 'sent' | 'confirmed' | 'held' | 'postponed';
  entry: Entry;
  problems?: readonly Problem[];
}

export interface SendSummary {
  confirmed: number;
  held: number;
  postponed: number;
  /** Why sending ended although entries are due: no network, no valid token. */
  stopped?: BatonError;
}

/** How one entry is sent and read back; one for each kind of entry. */
export interface Sending {
  /** Carries it to the database, or finds it there. */
  deliver(entry: Entry): Promise<Delivery>;
  /** Reads back what was delivered, one outcome for each. */
  confirm(delivered: readonly Delivered[]): Promise<Outcome[]>;
}

export type Delivery = { remote: string } | { hold: readonly Problem[]; remote?: string };

export interface Delivered {
  entry: Entry;
  remote: string;
}
