/** Of an ascending list; NaN when it is empty. */
export function percentile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? NaN;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = ascending.length / 2;
  const [low, high] = [ascending[Math.ceil(middle) - 1] ?? NaN, ascending[Math.floor(middle)] ?? NaN];
  return { median: (low + high) / 2, min: ascending[0] ?? NaN, max: ascending.at(-1) ?? NaN };
}
