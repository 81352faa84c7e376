const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** A size in bytes as people read it, in steps of 1000. */
export const shownSize = (bytes: number, locale: string): string => inUnits(bytes, locale, 'halfExpand');

/** The same of a limit, which promises no more than there is. */
export const shownLimit = (bytes: number, locale: string): string => inUnits(bytes, locale, 'floor');

function inUnits(bytes: number, locale: string, roundingMode: 'halfExpand' | 'floor'): string {
  const step = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    roundingMode,
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
}
