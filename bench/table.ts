/** A claim in figures: each row beside its baseline, as a ratio from one run. */
export interface BenchTable {
  readonly title: string;
  /** What was promised. */
  readonly target: string;
  /** What the milliseconds are; medians unless said. */
  readonly statistic?: string;
  readonly rows: readonly {
    readonly what: string;
    readonly medianMs: number;
    /** To the baseline of the table. */
    readonly ratio: number;
  }[];
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new Error('no values to take a median of');
  return middle;
}

export function markdownOf({ title, target, rows, statistic = 'median ms' }: BenchTable): string {
  const lines = rows.map(
    ({ what, medianMs, ratio }) =>
      `| ${what} | ${medianMs.toFixed(medianMs < 1 ? 3 : 1)} | ${ratio.toFixed(2)} × |`,
  );
  return [
    `## ${title}`,
    '',
    `Target: ${target}.`,
    '',
    `| what | ${statistic} | ratio |`,
    '| --- | ---: | ---: |',
    ...lines,
    '',
  ].join('\n');
}
