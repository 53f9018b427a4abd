import { type HistoryEvent } from '../history/history-event';

export interface ProcessSpan {
  readonly process: string;
  readonly state: 'up' | 'paused' | 'down';
  readonly from: number;
}

export interface FaultSpan {
  readonly name: string;
  readonly from: number;
  to: number | undefined;
}

export interface UnscoredSample {
  readonly at: number;
  readonly records: number;
  readonly oldestMs: number;
}

/** What of a history a picture of it needs. */
export class ChaosLog {
  readonly spans: ProcessSpan[] = [];
  readonly faults: FaultSpan[] = [];
  readonly samples: UnscoredSample[] = [];
  endedAt = 0;

  accept(event: HistoryEvent): void {
    this.endedAt = event.at;
    if (event.type === 'process') this.spans.push({ process: event.process, state: event.state, from: event.at });
    else if (event.type === 'fault') this.faults.push({ name: event.name, from: event.at, to: undefined });
    else if (event.type === 'fault-over') this.endFault(event.name, event.at);
    else if (event.type === 'unscored')
      this.samples.push({ at: event.at, records: event.records, oldestMs: event.oldestMs });
  }

  private endFault(name: string, at: number): void {
    const fault = this.faults.findLast((it) => it.name === name);
    if (fault) fault.to = at;
  }
}
