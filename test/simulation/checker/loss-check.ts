import { type FollowerNews } from '@nearscore/grid';
import { type World } from '../engine/world';
import { type Replica } from '../grid/replica';
import { type ParkedRecords } from '../node/parked-records';
import { isCovered } from './coverage';

interface Followed {
  /** Of the journal, as the lane was told last. */
  oldest: number;
  /** Events told to be lost since the partition was last scored from its map. */
  told: number;
}

/** Promise 5: what a journal dropped unread is told, all of it and nothing else. */
export class LossCheck {
  /** Events that lanes said were lost. */
  told = 0;
  private readonly followed = new Map<string, Followed>();

  constructor(
    private readonly world: World,
    private readonly streams: readonly string[],
    private readonly parked: ParkedRecords,
  ) {}

  onSubscribed(lane: string, partition: number, stream: number, oldest: number): void {
    this.of(lane, partition, stream).oldest = oldest;
  }

  onTaken(lane: string, partition: number): void {
    this.streams.forEach((_, stream) => (this.of(lane, partition, stream).told = 0));
  }

  onNews(lane: string, partition: number, stream: number, news: FollowerNews, replica: Replica | undefined): void {
    const followed = this.of(lane, partition, stream);
    if (news.kind === 'rescanned') followed.told = 0;
    if (news.kind !== 'rescan') return;
    this.told += news.lost;
    followed.told += news.lost;
    const isComparable = news.reason === 'overflow' || news.reason === 'repair';
    // A lane that has lost its lease without knowing may tell again what the new holder has told.
    if (replica?.entry?.holder === lane && isComparable) this.check(replica, stream, followed, news.lost);
  }

  private check(replica: Replica, index: number, { oldest, told }: Followed, lost: number): void {
    const stream = replica.stream(index);
    if (stream.voidIncarnation > 0 || oldest > stream.journal.newest) return;
    const { partition } = replica;
    // Of its last checkpoint a lane may not know whether it was stored.
    const checkpoint = replica.entry?.before[this.streams[index] ?? '']?.next ?? 0;
    if (lost > Math.max(0, oldest - checkpoint)) {
      return this.violated(partition, `${lost} events lost, but only ${checkpoint}…${oldest - 1} can be`);
    }
    const next = Math.max(0, oldest - told);
    const before = stream.journal.events.slice(0, next);
    const untold = before.find(({ write }) => !isCovered(stream, write, this.parked, next));
    if (!untold) return;
    this.violated(partition, `event ${untold.sequence} was lost untold: ${told} told, the journal begins at ${oldest}`);
  }

  private violated(partition: number, message: string): void {
    this.world.violated('loss is told', `partition ${partition}: ${message}`, [partition]);
  }

  private of(lane: string, partition: number, stream: number): Followed {
    const key = `${lane} ${partition} ${stream}`;
    const known = this.followed.get(key);
    if (known) return known;
    const followed = { oldest: 0, told: 0 };
    this.followed.set(key, followed);
    return followed;
  }
}
