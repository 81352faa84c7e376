/**
 * Where a message stands in the search index. FTS5 answers in the order of its row numbers and keeps them as differences, so
 * they follow the service's time and are dense: the time is cut into windows, and within one the messages are numbered as
 * they come. What is found in a window is put in order when the whole of it has been read.
 *
 * `searchable` has room for 2^20 messages in a window. Only the first 2^12 of them are in the FTS5 index, whose numbers
 * would lie far apart otherwise; a window more crowded than that (an import, a flood) is read row by row.
 *
 * The steps of the schema use these numbers: they can never change.
 */
export const windowBits = 20;
export const placesInWindow = 2 ** windowBits;
export const indexedInWindow = 2 ** 12;

/** One window is 2^20 milliseconds, about 17 minutes. */
export function windowOf(received: number): number {
  return Math.floor(received / placesInWindow);
}

export const firstPlaceIn = (window: number): number => window * placesInWindow;
export const lastPlaceIn = (window: number): number => firstPlaceIn(window + 1) - 1;
export const windowOfPlace = (place: number): number => Math.floor(place / placesInWindow);

/** FTS5 heeds the bounds of a row number only if they are integers, which to SQLite no JavaScript number is. */
export const firstRowIn = (window: number): bigint => BigInt(window) * BigInt(indexedInWindow);
export const lastRowIn = (window: number): bigint => firstRowIn(window + 1) - 1n;

/** The row number of `place` in the FTS5 index, null if it is not in there. */
export function rowOfPlace(place: number): bigint | null {
  const window = windowOfPlace(place);
  const number = place - firstPlaceIn(window);
  return number < indexedInWindow ? firstRowIn(window) + BigInt(number) : null;
}
