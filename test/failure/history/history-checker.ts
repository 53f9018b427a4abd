import { type HistoryEvent, type SeenPrediction } from './history-event';

export interface FinalEntry {
  readonly key: string;
  readonly version: number | null;
  readonly prediction: SeenPrediction | null;
}

export interface CheckerCounts {
  acknowledged: number;
  unknown: number;
  refused: number;
  faults: number;
  seen: number;
}

interface KeyState {
  /** Everything ever written under the key, by the fingerprint of its bytes. */
  readonly written: Map<string, { readonly version: number; readonly row: number }>;
  /** Writes whose outcome nobody knows: each may have been done, at any time. */
  readonly unknown: Set<number>;
  /** Writes that surely were not done. */
  readonly refused: Set<number>;
  lastAcknowledged: number | undefined;
  lastSequence: number;
  lastInvoked: number;
  /** Writes up to this one were made before the grid was emptied. */
  gone: number;
}

/** As float32 and scikit-learn's float64 differ. */
const TOLERANCE = 1e-5;

/** A program over one stream's history: what must hold of it, and what of it does not. */
export class HistoryChecker {
  readonly counts: CheckerCounts = { acknowledged: 0, unknown: 0, refused: 0, faults: 0, seen: 0 };
  /** What must never happen, at whatever moment. */
  readonly wrong: string[] = [];
  /** Told of each as it is noticed. */
  onWrong: (what: string) => void = () => undefined;
  private readonly keys = new Map<string, KeyState>();

  /** @param expected scikit-learn's score of a row of the example records */
  constructor(private readonly expected: (row: number) => number) {}

  accept(event: HistoryEvent): void {
    switch (event.type) {
      case 'write':
        return this.written(event);
      case 'ok':
        return this.acknowledged(event.key, event.version);
      case 'info':
        this.counts.unknown++;
        return void this.stateOf(event.key).unknown.add(event.version);
      case 'fail':
        this.counts.refused++;
        return void this.stateOf(event.key).refused.add(event.version);
      case 'seen':
        return this.seen(event.key, event);
      case 'found':
        return this.judgePrediction(event.key, event, 'found');
      case 'emptied':
        return this.emptied();
      case 'fault':
        return void this.counts.faults++;
      case 'checkpoint-ahead':
        return this.complain(`checkpoint ahead: ${event.what}`);
      case 'final':
      case 'fault-over':
      case 'process':
      case 'unscored':
        return;
    }
  }

  /** Keys with a write that was acknowledged, and not lost with the grid. */
  acknowledgedKeys(): string[] {
    return [...this.keys].filter(([, { lastAcknowledged }]) => lastAcknowledged !== undefined).map(([key]) => key);
  }

  versionOf(key: string, fingerprint: string): number | undefined {
    return this.keys.get(key)?.written.get(fingerprint)?.version;
  }

  /** Acknowledged records that are not there, or are there without the prediction of just these bytes. */
  missingOf(entries: Iterable<FinalEntry>): string[] {
    return [...entries].flatMap((entry) => this.missing(entry) ?? []);
  }

  private written({ key, version, row, fingerprint }: Extract<HistoryEvent, { type: 'write' }>): void {
    const state = this.stateOf(key);
    state.written.set(fingerprint, { version, row });
    state.lastInvoked = Math.max(state.lastInvoked, version);
  }

  private acknowledged(key: string, version: number): void {
    const state = this.stateOf(key);
    this.counts.acknowledged++;
    if (version > state.gone) state.lastAcknowledged = Math.max(version, state.lastAcknowledged ?? 0);
  }

  private seen(key: string, prediction: SeenPrediction): void {
    this.counts.seen++;
    this.judgePrediction(key, prediction, 'seen');
    const state = this.stateOf(key);
    if (prediction.sequence < state.lastSequence) {
      this.complain(`${key}: sequence ${prediction.sequence} seen after ${state.lastSequence}`);
    }
    state.lastSequence = prediction.sequence;
  }

  private judgePrediction(key: string, { fingerprint, score }: SeenPrediction, how: string): void {
    const write = this.stateOf(key).written.get(fingerprint);
    if (!write) return this.complain(`${key}: ${how} a prediction of a record that was never written to it`);
    if (this.stateOf(key).refused.has(write.version)) {
      this.complain(`${key}: ${how} a prediction of version ${write.version}, whose write was refused`);
    }
    const expected = this.expected(write.row);
    if (Math.abs(score - expected) <= TOLERANCE) return;
    this.complain(`${key}: ${how} score ${score} for version ${write.version}, expected ${expected}`);
  }

  private missing({ key, version, prediction }: FinalEntry): string | undefined {
    const state = this.stateOf(key);
    const { lastAcknowledged, unknown } = state;
    if (lastAcknowledged === undefined) return undefined;
    if (version === null) return `${key}: record of version ${lastAcknowledged} is gone`;
    if (version < lastAcknowledged && !unknown.has(version)) {
      return `${key}: record is of version ${version}, but ${lastAcknowledged} was acknowledged`;
    }
    if (prediction === null) return `${key}: no prediction of version ${version}`;
    const scored = state.written.get(prediction.fingerprint)?.version;
    return scored === version ? undefined : `${key}: prediction is of version ${scored}, record of ${version}`;
  }

  private complain(what: string): void {
    this.wrong.push(what);
    this.onWrong(what);
  }

  private emptied(): void {
    for (const state of this.keys.values()) {
      state.lastAcknowledged = undefined;
      state.lastSequence = -1;
      state.gone = state.lastInvoked;
    }
  }

  private stateOf(key: string): KeyState {
    let state = this.keys.get(key);
    if (!state) {
      state = {
        written: new Map(),
        unknown: new Set(),
        refused: new Set(),
        lastAcknowledged: undefined,
        lastSequence: -1,
        lastInvoked: 0,
        gone: 0,
      };
      this.keys.set(key, state);
    }
    return state;
  }
}
