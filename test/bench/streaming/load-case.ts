/** A way of writing, and what is looked at. */
export type LoadCase =
  { readonly type: 'bulk' | 'single' | 'latency'; readonly ratePerSecond: number } | { readonly type: 'maximum' };

export interface CaseRates {
  /** Records/s, 1,000 a call. */
  readonly bulk: readonly number[];
  /** Records/s, one a call. */
  readonly single: readonly number[];
  /** Records/s, one a call, with a listener. */
  readonly latency: readonly number[];
  readonly maximum: boolean;
}

export function casesOf(rates: CaseRates): LoadCase[] {
  const at = (type: 'bulk' | 'single' | 'latency') => rates[type].map((ratePerSecond) => ({ type, ratePerSecond }));
  return [...at('bulk'), ...(rates.maximum ? [{ type: 'maximum' } as const] : []), ...at('single'), ...at('latency')];
}

export function caseTitle(load: LoadCase): string {
  if (load.type === 'maximum') return 'bulk, as fast as it scores';
  const write = load.type === 'bulk' ? 'bulk' : 'single puts';
  return `${write}, ${load.ratePerSecond.toLocaleString('en')}/s${load.type === 'latency' ? ', with a listener' : ''}`;
}
