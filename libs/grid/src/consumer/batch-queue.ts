import { Backoff } from '../journal/backoff';
import { type FollowerClock } from '../journal/follower-clock';
import { type ConsumerHandler, type ConsumerNews } from './consumer-batch';
import { type Delivery, kindOf, rowsOf, toBatch, toReset } from './delivery';

/** While no lease of what waits stands, it is looked at so often. */
const LEASE_LOOK_MS = 50;

export interface BatchQueueOptions {
  readonly map: string;
  /** Most events in one batch, unless one delivery has more. */
  readonly maxBatch: number;
  /** How long what comes first waits for more, in ms. */
  readonly lingerMs: number;
}

export interface BatchQueuePorts {
  readonly clock: FollowerClock;
  readonly handler: ConsumerHandler;
  readonly news: (news: ConsumerNews) => void;
}

interface Waiting {
  readonly delivery: Delivery;
  readonly settle: (handled: boolean) => void;
  wasRejected: boolean;
}

/**
 * Turns what the partitions of one map have to say into batches, and hands over one after the other. What a handler rejected is
 * handed over again as it was, but for partitions that are not consumed here any more.
 */
export class BatchQueue {
  private waiting: Waiting[] = [];
  /** Comes before all that waits. */
  private rejected: Waiting[] = [];
  private readonly givenUp = new WeakSet<Delivery>();
  private readonly backoff: Backoff;
  private running = false;
  private wake = (): void => undefined;

  constructor(
    private readonly options: BatchQueueOptions,
    private readonly ports: BatchQueuePorts,
  ) {
    this.backoff = new Backoff(ports.clock);
  }

  /** Resolves to true when it was handled, to false when it was given up. */
  offer(delivery: Delivery): Promise<boolean> {
    return new Promise((settle) => {
      this.waiting.push({ delivery, settle, wasRejected: false });
      if (!this.running) void this.run();
    });
  }

  /** It is not handed over any more; what a handler has now, it may finish. */
  giveUp(delivery: Delivery): void {
    this.givenUp.add(delivery);
    this.waiting = this.withoutGivenUp(this.waiting);
    this.rejected = this.withoutGivenUp(this.rejected);
    if (this.isEmpty()) this.wake();
  }

  private isEmpty(): boolean {
    return this.waiting.length === 0 && this.rejected.length === 0;
  }

  private async run(): Promise<void> {
    this.running = true;
    await this.linger();
    while (!this.isEmpty()) {
      const batch = this.take();
      if (batch.length === 0) await this.pause((then) => this.ports.clock.after(LEASE_LOOK_MS, then));
      else if (await this.hand(batch)) this.done(batch);
      else await this.putBack(batch);
    }
    this.running = false;
  }

  /** Without a time to wait: until all is there that came with the same reading of the sockets. */
  private async linger(): Promise<void> {
    const { lingerMs } = this.options;
    if (lingerMs === 0) await new Promise((resolve) => setImmediate(resolve));
    else await this.pause((then) => this.ports.clock.after(lingerMs, then));
  }

  private take(): Waiting[] {
    const now = this.ports.clock.now();
    const [ready, unready] = split(this.rejected, ({ delivery }) => delivery.mayHandOver(now));
    this.rejected = [];
    this.waiting.unshift(...unready);
    return ready.length > 0 ? ready : this.takeWaiting(now);
  }

  private takeWaiting(now: number): Waiting[] {
    const { maxBatch } = this.options;
    let rows = 0;
    let kind: string | undefined;
    const [taken, left] = split(this.waiting, ({ delivery }) => {
      const fits = rows === 0 || (kindOf(delivery) === kind && rows + rowsOf(delivery) <= maxBatch);
      if (!fits || !delivery.mayHandOver(now)) return false;
      kind = kindOf(delivery);
      rows += rowsOf(delivery);
      return true;
    });
    this.waiting = left;
    return taken;
  }

  private async hand(batch: readonly Waiting[]): Promise<boolean> {
    const { handler, news } = this.ports;
    const { map } = this.options;
    const deliveries = batch.map(({ delivery }) => delivery);
    const wasRejected = batch.some((one) => one.wasRejected);
    const isRedelivery = wasRejected || deliveries.some((delivery) => delivery.isRedelivery);
    const reset = toReset(map, deliveries);
    if (reset && !wasRejected) news({ kind: 'reset', ...reset });
    try {
      await (reset ? handler.reset(reset) : handler.batch(toBatch(map, deliveries, isRedelivery)));
      return true;
    } catch (error) {
      news({ kind: 'handler-failed', map, error });
      return false;
    }
  }

  private done(batch: readonly Waiting[]): void {
    this.backoff.succeeded();
    for (const { settle } of batch) settle(true);
  }

  private async putBack(batch: readonly Waiting[]): Promise<void> {
    for (const one of batch) one.wasRejected = true;
    this.rejected = this.withoutGivenUp(batch);
    if (this.rejected.length > 0) await this.pause((then) => this.backoff.pause(then));
  }

  private async pause(wait: (then: () => void) => void): Promise<void> {
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      wait(resolve);
    });
    this.backoff.cancel();
  }

  private withoutGivenUp(all: readonly Waiting[]): Waiting[] {
    const [dropped, kept] = split(all, ({ delivery }) => this.givenUp.has(delivery));
    for (const { settle } of dropped) settle(false);
    return kept;
  }
}

function split<T>(all: readonly T[], isFirst: (one: T) => boolean): [first: T[], second: T[]] {
  const first: T[] = [];
  const second: T[] = [];
  for (const one of all) (isFirst(one) ? first : second).push(one);
  return [first, second];
}
