/** The first row that is seen of a list for which there is less room, so that the chosen one stands near the middle. */
export function firstSeen(chosen: number, rows: number, room: number): number {
  return Math.max(0, Math.min(chosen - Math.floor(room / 2), rows - room));
}
