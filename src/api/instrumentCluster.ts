import type { InstrumentCluster as Instruments } from '../instruments/cluster.ts';
import { Cluster, type ClusterOptions } from '../instruments/openCluster.ts';
import type { PoweringGroup, Station } from '../station/station.ts';

/** The instruments of one powering group, in order: safety rules 1 to 4 and 9 hold whoever calls (docs/safety.md). */
export type InstrumentCluster = Instruments;

/**
 * `pace`: how fast station time goes, on simulated instruments alone (E3015). `onWire`: called with everything that
 * goes over every wire.
 */
export type InstrumentClusterOptions = Pick<ClusterOptions, 'pace' | 'onWire'>;

/**
 * `new InstrumentCluster(station, group)` opens nothing yet and owns nothing: nobody else is kept off the instruments, and
 * nobody makes them safe when this process dies. `withInstruments` sees to both; use it for whatever switches something on.
 */
export const InstrumentCluster: new (
  station: Station,
  group: PoweringGroup,
  options?: InstrumentClusterOptions,
) => InstrumentCluster = Cluster;
