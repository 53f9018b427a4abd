import { percentile } from '../../../bench/results/statistics';

/** ms of one clock. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How long some spans took, ms; NaN where there are none. */
export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function latenciesOf(spans: readonly Span[]): Latencies {
  const ascending = spans.map(({ from, to }) => to - from).sort((a, b) => a - b);
  const [p50, p99] = [percentile(ascending, 0.5), percentile(ascending, 0.99)];
  return { count: ascending.length, p50, p99, max: ascending.at(-1) ?? NaN };
}

/** Under way, in any part, while one of the others was. */
export function touches(span: Span, others: readonly Span[]): boolean {
  return others.some(({ from, to }) => span.from <= to && span.to >= from);
}
