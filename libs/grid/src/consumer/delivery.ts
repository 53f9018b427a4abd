import { type TailNews } from '../reading/journal-tail';
import { type ConsumerBatch, type ConsumerReset } from './consumer-batch';

/** What one partition has to say. It says nothing more until this is handled or given up. */
export interface Delivery {
  readonly partition: number;
  readonly news: TailNews;
  readonly isRedelivery: boolean;
  /** Whether the partition's lease stands now. */
  mayHandOver(now: number): boolean;
}

export function rowsOf({ news }: Delivery): number {
  return news.kind === 'events' ? news.events.length : 1;
}

/** Deliveries of one kind go into one batch, or are told of together. */
export function kindOf({ news }: Delivery): string {
  return news.kind === 'events' ? news.kind : news.reason;
}

export function toBatch(map: string, deliveries: readonly Delivery[], isRedelivery: boolean): ConsumerBatch {
  const parts = deliveries.flatMap(({ partition, news }) =>
    news.kind === 'events' ? [{ partition, events: news.events }] : [],
  );
  return { map, parts, count: parts.reduce((sum, { events }) => sum + events.length, 0), isRedelivery };
}

/** Undefined: they are events. */
export function toReset(map: string, deliveries: readonly Delivery[]): ConsumerReset | undefined {
  const news = deliveries[0]?.news;
  if (news?.kind !== 'reset') return undefined;
  return { map, reason: news.reason, partitions: deliveries.map(({ partition }) => partition) };
}
