import { type Counter } from 'prom-client';
import { GATEWAY_METRICS } from './metric-catalogue';
import { MetricFactory, type MetricsRegistry, type SetSample } from './metrics-registry';

export interface ListenerCounts {
  readonly listeners: number;
  readonly catchingUp: number;
  /** Partitions whose journal is read for all of them. */
  readonly followedJournals: number;
}

/** The metrics of a gateway's listeners. */
export class FeedMetrics {
  private readonly ended: Counter;
  private readonly resets: Counter;
  /** One event for a thousand listeners is counted a thousand times: cheaply, and handed over at each scrape. */
  private readonly events = new Map<string, number>();
  private counts: () => Iterable<readonly [stream: string, counts: ListenerCounts]> = () => [];

  constructor(registry: MetricsRegistry) {
    const make = new MetricFactory(registry, GATEWAY_METRICS);
    const each = (value: (counts: ListenerCounts) => number) => (set: SetSample) => {
      for (const [stream, counts] of this.counts()) set(value(counts), { stream });
    };
    make.measured(
      'nearscore_listeners',
      each(({ listeners }) => listeners),
    );
    make.measured(
      'nearscore_listeners_catching_up',
      each(({ catchingUp }) => catchingUp),
    );
    make.measured(
      'nearscore_followed_journals',
      each(({ followedJournals }) => followedJournals),
    );
    make.countedElsewhere('nearscore_listener_events_total', (set) => {
      for (const [stream, events] of this.events) set(events, { stream });
    });
    this.resets = make.counter('nearscore_listener_resets_total');
    this.ended = make.counter('nearscore_listeners_ended_total');
  }

  /** Asked at each scrape. Streams are those that are, or were, listened to. */
  listenersFrom(counts: () => Iterable<readonly [stream: string, counts: ListenerCounts]>): void {
    this.counts = counts;
  }

  eventSent(stream: string): void {
    this.events.set(stream, (this.events.get(stream) ?? 0) + 1);
  }

  resetTold(stream: string, reason: string): void {
    this.resets.inc({ stream, reason });
  }

  listenerEnded(stream: string, reason: string): void {
    this.ended.inc({ stream, reason });
  }
}
