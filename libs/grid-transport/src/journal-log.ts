import { NearscoreError } from '@nearscore/errors';
import { type ConsumerNews } from '@nearscore/grid';
import { type TransportLog } from './grid-connection';

/** Tells operators what a consumer goes through: each cause once as a warning, however many partitions it touches. */
export class JournalLog {
  private readonly told = new Set<string>();

  constructor(private readonly log: TransportLog) {}

  take(news: ConsumerNews): void {
    const { log } = this;
    switch (news.kind) {
      case 'share':
        return log.log(`${news.partitions} partitions, ${news.consumers} consumers in the group`);
      case 'other-maps':
        return log.warn(`${news.consumer} of this group consumes other maps: ${news.maps.join(', ')}`);
      case 'lease-taken':
        if (news.from !== null) this.warnOnce(`taking over from ${news.from}, which did not give its partitions back`);
        return log.debug?.(`partition ${news.partition} taken`);
      case 'lease-lost':
        this.warnOnce(`partitions lost to ${news.to ?? 'nobody: the grid has forgotten them'}`);
        return log.debug?.(`partition ${news.partition} lost`);
      case 'reset':
        return log.warn(`position in ${news.map} gone (${news.reason}), partitions ${news.partitions.join(', ')}`);
      case 'handler-failed':
        return log.warn(`a batch of ${news.map} was rejected and comes again: ${reasonOf(news.error)}`);
      case 'checkpoint-unreadable':
        return log.error(`position of partition ${news.partition} unreadable: ${reasonOf(news.error)}`);
      case 'trouble':
        return this.trouble(news.error);
    }
  }

  /** What passes by itself comes once for each partition. */
  private trouble(error: unknown): void {
    const passes = error instanceof NearscoreError && error.retriable;
    if (passes) this.log.debug?.(reasonOf(error));
    else this.log.error(reasonOf(error));
  }

  private warnOnce(message: string): void {
    if (this.told.has(message)) return;
    this.told.add(message);
    this.log.warn(message);
  }
}

/** Nest's filters give objects that are no errors. */
function reasonOf(error: unknown): string {
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(error);
}
