import { openScreens } from './openScreens.tsx';
import { StationApp } from './screens/stationApp.tsx';
import type { StationAccess } from './station.ts';

/** The whole terminal of a station, until somebody quits or the terminal is taken away. Runs that go on, go on. */
export async function showStation(load: () => Promise<StationAccess>): Promise<void> {
  await openScreens<'quit'>((end) => <StationApp load={load} onQuit={() => end('quit')} />);
}
