import { type RolloutFact } from '../history/rollout-fact';
import { type Span } from './latencies';
import { PROBE_PREFIX } from './record-load';

/** Write → prediction of the timed keys. */
export class ProbeLatencies {
  /** One timed write each: history ms, from its call until its prediction arrived. */
  readonly all: Span[] = [];
  private readonly waiting = new Map<string, { readonly fingerprint: bigint; readonly at: number }>();

  accept(fact: RolloutFact & { readonly at: number }): void {
    if (fact.type !== 'write' && fact.type !== 'seen') return;
    const { key, fingerprint, at } = fact;
    if (!key.startsWith(PROBE_PREFIX)) return;
    if (fact.type === 'write') return void this.waiting.set(key, { fingerprint, at });
    const write = this.waiting.get(key);
    if (write?.fingerprint !== fingerprint) return;
    this.waiting.delete(key);
    this.all.push({ from: write.at, to: fact.arrivedAt });
  }
}
