import { type NearscoreError } from '@nearscore/errors';
import { Backlog } from './backlog';
import { Backoff } from './backoff';
import { FollowedPosition } from './followed-position';
import { leaseLapsed, ownerChanged } from './follower-errors';
import { type FollowerLane } from './follower-lane';
import { READING, WAITING_FOR } from './follower-phase';
import { checkPosition, checkReading, type RescanCheck } from './journal-position';
import {
  type ChannelOperation,
  type FoundEntries,
  type PartitionChannel,
  type PartitionListener,
  type ScanPage,
} from './partition-channel';
import { KeyRetries, type RetryRequest } from './key-retries';
import { type PartitionLease } from './partition-lease';
import { PartitionRescan } from './partition-rescan';
import { type PartitionTenure } from './partition-tenure';
import { PartitionRescore } from './partition-rescore';
import { PartitionWriter } from './partition-writer';
import { RescanDuty } from './rescan-duty';
import { Replay } from './replay';
import { isRemoval } from './replay-zone';
import { type SideWork } from './side-work';
import { type StreamProgress } from './stream-progress';

/**
 * Follows one partition of one stream: subscribe, compare, read, hand over, store, advance; one thing at a time. The next
 * reading is asked for when the last one's predictions are acknowledged: so nothing is in flight twice, a failed store
 * is mended by reading the same events again, and a prediction never goes back. The position moves past an event
 * only when its prediction is stored, its removal done, or its record parked.
 *
 * Whenever another lane, or this one over a connection that broke, may have scored further than the checkpoint says,
 * the events up to the journal's newest are replayed: see ReplayZone.
 */
export class PartitionFollower extends PartitionWriter implements PartitionListener, PartitionTenure {
  readonly position = new FollowedPosition();
  readonly backlog: Backlog;
  private isResumed = false;
  private segmentEnd = 0;
  /** The events that are being given are of the reading that was asked for last. */
  private taking = false;
  private readonly backoff: Backoff;
  private readonly replay: Replay;
  private readonly rescan: RescanDuty;
  readonly rescore: PartitionRescore;
  readonly retries: KeyRetries;
  /** The sequence from which on events are waited for: a second question would wait beside the first one. */
  private asked: number | undefined;
  private drained: (() => void) | undefined;

  constructor(
    readonly stream: string,
    /** The partition's, held by the lane; when it is lost the follower is abandoned. */
    readonly lease: PartitionLease,
    protected readonly lane: FollowerLane<PartitionFollower>,
    private readonly progress: StreamProgress,
  ) {
    super(lane);
    this.rescore = new PartitionRescore(lane.identity);
    this.retries = new KeyRetries(lane.identity, this.parked, this.rescore);
    this.replay = new Replay(lane.identity, lane.replayEvents);
    this.backlog = new Backlog(lane.clock, this.position);
    this.backoff = new Backoff(lane.clock);
    this.rescan = new RescanDuty(this.position, progress, (news) => lane.told(this, news));
  }

  get partition(): number {
    return this.lease.partition;
  }

  get isOver(): boolean {
    return this.phase === 'closed';
  }

  hasStored(sequence: number): boolean {
    return !this.isOver && sequence < this.position.next && this.lease.mayWrite(this.lane.clock.now());
  }

  start(channel: PartitionChannel): void {
    this.channel = channel;
    this.resume();
    this.subscribe();
  }

  /** While the lease is in doubt, a write of it that was not heard of may have passed the checkpoint that is known. */
  private resume(): void {
    const checkpoint = this.lease.checkpointOf(this.stream);
    if (checkpoint) this.position.resumeAt(checkpoint);
    this.isResumed = !this.lease.isInDoubt;
  }

  /** Whether it reads what comes and has nothing to catch up with first. */
  get isSteady(): boolean {
    const isReading = this.phase === 'polling' || this.phase === 'storing' || this.sideWork !== undefined;
    return isReading && !this.replay.isWanted && !this.rescan.wanted;
  }

  /** Whether what waits is read, scored and stored as fast as the lane can. */
  get isReading(): boolean {
    return READING.has(this.phase);
  }

  private get isIdle(): boolean {
    return this.phase === 'polling' && this.isSteady && !this.lease.isInDoubt;
  }

  private get sideWork(): SideWork | undefined {
    return [this.retries, this.rescore].find(({ isUnderWay }) => isUnderWay);
  }

  /**
   * Asks how far the journal has grown when the last reading was full: the backlog would be too small otherwise. And when a
   * reading should have been answered long ago: it may wait past the end of a journal that began anew. And while something
   * else is done than reading: its writes may be waited for, and events come meanwhile.
   */
  refreshBacklog(): void {
    if (!this.isReading) return;
    if (this.backlog.isUnsure || this.replay.isWanted || this.sideWork) this.channel.subscribe();
  }

  /** Stops after what is in flight is stored; then calls `drained`. The position is final from then on. */
  drain(drained: () => void): void {
    this.drained = drained;
    if (this.phase !== 'collected' && this.phase !== 'storing') this.close();
  }

  /** Stops at once: what was read is not stored, what was sent is not waited for. */
  abandon(): void {
    this.drained = undefined;
    this.segment.clear();
    this.close();
  }

  /**
   * The partition lies on another member now, or the connection to it is another: what was asked for may never be answered,
   * and what was read may not be what the new owner has.
   */
  ownerChanged(): void {
    this.asked = undefined;
    this.rescore.restart();
    if (this.phase === 'collected' || (this.sideWork && this.phase !== 'storing')) {
      this.segment.clear();
      return this.goBack(ownerChanged());
    }
    this.lease.doubt(this.stream);
    if (this.phase !== 'polling') return;
    this.replay.want(this.lane.replayEvents);
    this.subscribe();
  }

  /** Scores the partition again from its map, because these keys' predictions are wrong. */
  repair(wrong: readonly string[]): void {
    if (!this.isSteady) return;
    this.rescan.wantRepair(wrong);
    // What is being stored is finished first.
    if (this.phase === 'polling') this.subscribe();
  }

  /** Scores a parked record again as soon as nothing else is to be done first. */
  retry(request: RetryRequest): void {
    this.retries.add(request);
    if (this.phase === 'closed' || this.drained) this.retries.close();
    else if (this.isIdle) this.lookUpParked();
  }

  /**
   * Makes some predictions of older epochs again, before the next reading.
   *
   * @param done called once, when they are stored or it came to nothing
   * @returns false when something else is to be done first; `done` is not called then
   */
  rescorePage(done: () => void): boolean {
    if (!this.rescore.isOwed || !this.isIdle) return false;
    this.phase = 'scanning';
    this.rescore.begin(this.channel, this.lane.maxRows, done);
    return true;
  }

  // ---- subscribing

  private subscribe(): void {
    this.phase = 'subscribing';
    this.asked = undefined;
    this.backlog.owe();
    this.replay.breakOff();
    this.channel.subscribe();
  }

  onSubscribed(oldest: number, newest: number): void {
    const { position } = this;
    this.backlog.saw(oldest, newest);
    if (this.phase === 'polling') this.compareWhilePolling(newest);
    if (this.phase !== 'subscribing') return;
    // Another may be at work on the partition, and what is told of it now would be told twice.
    if (!this.lease.mayWrite(this.lane.clock.now())) return this.backOff(() => this.subscribe());
    if (!this.isResumed) this.resume();
    const check = this.rescan.wanted ?? checkPosition(position.isKnown ? position.next : undefined, oldest, newest);
    if (check.kind === 'rescan') return this.beginRescan(check, oldest, newest);
    if (!position.isKnown) {
      position.moveTo(check.from);
      // Without it, events that are dropped before the first one is scored could not be told from a history never followed.
      this.lease.move(this.stream, this.position);
    }
    if (this.replay.isWanted && !this.enterReplay(oldest, newest)) return;
    this.poll();
  }

  private compareWhilePolling(newest: number): void {
    // Answers come in the order of the questions: the reading that waits is past the end of another journal.
    const isAnother = newest + 1 < this.position.reading || this.replay.reachesBeyond(newest);
    if (isAnother) this.wantRescan({ kind: 'rescan', reason: 'reset' });
  }

  /** Returns false when the checkpoint's own event is gone: then nobody can tell whether this is still the same journal. */
  private enterReplay(oldest: number, newest: number): boolean {
    const { next, tail } = this.position;
    if (tail && oldest > tail.sequence) {
      this.wantRescan({ kind: 'rescan', reason: 'reset' });
      return false;
    }
    this.position.replayFrom(Math.max(oldest, next - this.replay.back));
    this.replay.enter(newest, tail);
    return true;
  }

  // ---- reading

  /** @param mayRest a reading has just been stored: what comes next may wait for more */
  private poll(mayRest = false): void {
    if (this.drained) return this.close();
    if (this.rescan.wanted) return this.subscribe();
    if (this.replay.isThrough(this.position.reading)) {
      if (!this.replay.leave()) return this.wantRescan({ kind: 'rescan', reason: 'reset' });
      this.lease.move(this.stream, this.position);
    }
    // What is read while nothing may be written would be scored in vain.
    if (this.lease.isInDoubt) return this.backOff(() => this.subscribe());
    if (this.retries.isWanted && !this.replay.isWanted) return this.lookUpParked();
    this.phase = 'polling';
    this.backlog.oweNothing();
    if (this.asked === this.position.reading) return;
    if (mayRest && !this.replay.isWanted && this.backlog.isFarFromLoss && this.lane.rests.take(this)) return;
    this.asked = this.position.reading;
    this.channel.read(this.asked, this.segment.rowLimit);
  }

  endRest(): void {
    if (this.phase === 'polling') this.poll();
  }

  begin(count: number, nextSequence: number, bytes: Buffer): boolean {
    this.taking = false;
    if (this.phase !== 'polling' || count === 0) return true;
    if (this.replay.isUnderWay) this.skipWhatIsScored(nextSequence - count);
    const gap = checkReading(this.position.reading, count, nextSequence);
    if (gap) {
      this.wantRescan(gap);
      return true;
    }
    // Also when there is no room yet: from now on they wait.
    this.backlog.read(nextSequence - 1, count, count >= this.segment.rowLimit);
    this.lane.rests.came(count);
    if (this.replay.isUnderWay) this.replay.begin(bytes);
    else if (!this.collect(count, bytes)) return false;
    this.taking = true;
    this.segmentEnd = nextSequence;
    this.progress.countRead(count, this.lane.isLocal(this.partition));
    return true;
  }

  /** While the replay was being asked for, the journal may have dropped events that are scored already. */
  private skipWhatIsScored(first: number): void {
    const { reading, next, tail } = this.position;
    const lastNeeded = tail ? tail.sequence : next;
    if (first > reading && first <= lastNeeded) this.position.replayFrom(first);
  }

  event(type: number, keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void {
    if (!this.taking) return;
    const removal = isRemoval(type, valueStart);
    if (this.replay.isCollecting) this.replay.add(removal, keyStart, keyEnd, valueStart, valueEnd);
    else this.segment.addEvent(removal, this.position.reading, keyStart, keyEnd, valueStart, valueEnd);
  }

  end(): void {
    this.asked = undefined;
    if (this.taking && this.replay.isCollecting) this.lookUp();
    else if (this.taking) this.handOver();
    // A poll that woke for nothing: ask again, but not in a tight loop.
    else if (this.phase === 'polling') this.backOff(() => this.poll());
  }

  private handOver(): void {
    this.segment.seal(this.lane.identity);
    this.phase = 'collected';
    this.lane.collected(this);
  }

  // ---- replaying

  private lookUp(): void {
    const reading = this.replay.end(this.position.reading);
    this.phase = 'looking-up';
    this.channel.lookUp('predictions', reading.bytes, reading.keys);
  }

  onFound(found: FoundEntries): boolean {
    const { sideWork } = this;
    if (this.phase === 'looking-up' && sideWork) return this.foundAside(sideWork, found);
    const { reading } = this.replay;
    if (this.phase !== 'looking-up' || !reading) return true;
    if (this.replay.isFirstLook) {
      this.replay.keepPredictions(found);
      this.channel.lookUp('records', reading.bytes, reading.keys);
      return true;
    }
    if (!this.replay.judge(reading, found)) {
      this.wantRescan({ kind: 'rescan', reason: 'reset' });
      return true;
    }
    if (!this.collect(reading.events.length, reading.bytes)) return false;
    this.progress.replaySkipped += reading.skipped;
    this.segment.fill(reading, reading.hasRemovals);
    this.replay.reading = undefined;
    this.handOver();
    return true;
  }

  // ---- scoring parked records, and those of older predictions, again

  private lookUpParked(): void {
    this.phase = 'looking-up';
    this.retries.begin(this.channel);
  }

  private turnRescorePage(page: ScanPage): boolean {
    this.phase = 'looking-up';
    if (!this.rescore.turnPage(page, this.channel)) this.sideWorkDone(this.rescore);
    return true;
  }

  private foundAside(work: SideWork, found: FoundEntries): boolean {
    const rows = work.found(found, this.position.next - 1);
    if (rows === undefined) return true;
    if (rows > 0 && !this.collect(rows, found.bytes)) return false;
    this.segment.fill(work, false);
    if (rows > 0) this.handOver();
    else this.sideWorkDone(work);
    return true;
  }

  private sideWorkDone(work: SideWork): void {
    work.stored();
    this.poll();
  }

  // ---- stored, or not

  onFailed(operation: ChannelOperation, error: NearscoreError): void {
    if (operation === 'read') this.asked = undefined;
    if (operation === 'store') return this.settle(error);
    // A question about the backlog may fail at any time; going back then would store what is on its way a second time.
    if (this.phase !== WAITING_FOR[operation]) return;
    this.segment.drop();
    this.goBack(error);
  }

  protected stored(): void {
    this.backoff.succeeded();
    this.progress.stored += this.segment.pending.predictions;
    this.progress.removed += this.segment.pending.removals;
    const unparked = this.parked.stored();
    // Whoever asked for a retry notes how it ended.
    if (unparked.length > 0 && !this.retries.isUnderWay) this.lane.unparked(this, unparked);
    const { sideWork } = this;
    if (sideWork === this.rescore) this.progress.rescored += this.segment.pending.predictions;
    if (sideWork) return this.sideWorkDone(sideWork);
    if (this.rescan.scan) {
      this.progress.rescanned += this.segment.pending.predictions;
      return this.pageStored();
    }
    this.position.moveTo(this.segmentEnd);
    this.position.endsWith(this.segmentEnd - 1, this.segment.tail);
    this.backlog.passed();
    this.lease.move(this.stream, this.position);
    this.poll(true);
  }

  /** Whatever broke: a write that was under way may have been done, and the member may be another one. */
  protected goBack(error: NearscoreError): void {
    if (error.code === 'WIRE_MESSAGE_TOO_LARGE') this.segment.halveRowLimit();
    // By the time we look, the new journal may be longer than our position: the sequences alone would not show it.
    if (error.code === 'MAP_DESTROYED' && !this.rescan.wanted) this.rescan.want({ kind: 'rescan', reason: 'reset' });
    this.replay.want(this.lane.replayEvents);
    this.rescore.restart();
    this.lease.doubt(this.stream);
    this.rewind(error);
  }

  protected rewind(error: NearscoreError): void {
    this.progress.rewinds++;
    this.dropRescan();
    this.sideWork?.breakOff();
    this.lane.told(this, { kind: 'rewind', error });
    if (this.drained) return this.close();
    this.backOff(() => this.subscribe());
  }

  private backOff(then: () => void): void {
    this.phase = 'backing-off';
    this.backlog.owe();
    this.backoff.pause(() => {
      then();
      this.lane.flush();
    });
  }

  // ---- scoring the partition again from its map

  private wantRescan(check: RescanCheck): void {
    this.rescan.want(check);
    this.subscribe();
  }

  private beginRescan(check: RescanCheck, oldest: number, newest: number): void {
    this.rescan.begin(check, oldest, new PartitionRescan(this.channel, newest));
    this.phase = 'awaiting-scan';
    this.lane.scanTurns.take(this);
  }

  /** The lane gives this follower its turn. */
  scanTurn(): void {
    if (this.phase !== 'awaiting-scan') return;
    this.continueRescan();
    // The turn may come from a follower whose connection has just ended: no delivery sends it then.
    this.lane.flush();
  }

  private continueRescan(): void {
    if (this.drained) return this.close();
    this.phase = 'scanning';
    this.rescan.scan?.requestPage(this.segment.rowLimit);
  }

  onPage(page: ScanPage): boolean {
    const { scan } = this.rescan;
    if (this.phase === 'scanning' && this.rescore.isUnderWay) return this.turnRescorePage(page);
    if (this.phase !== 'scanning' || !scan) return true;
    return scan.readsRecords ? this.collectPage(scan, page) : this.removeOrphans(scan, page);
  }

  private collectPage(scan: PartitionRescan, page: ScanPage): boolean {
    const rows = page.offsets.length / 4;
    if (rows > 0 && !this.collect(rows, page.bytes)) return false;
    scan.turnPage(page);
    if (rows === 0) this.pageStored();
    else {
      this.segment.fill(scan, false);
      this.handOver();
    }
    return true;
  }

  private removeOrphans(scan: PartitionRescan, page: ScanPage): boolean {
    if (!this.lease.mayWrite(this.lane.clock.now())) {
      this.rewind(leaseLapsed());
      return true;
    }
    scan.turnPage(page);
    this.phase = 'storing';
    const { orphans, acks } = scan.removeOrphans();
    this.segment.pending.predictions = 0;
    this.segment.pending.removals = orphans;
    if (!this.segment.pending.expect(acks)) this.pageStored();
    return true;
  }

  private pageStored(): void {
    const { scan } = this.rescan;
    if (!scan) return;
    if (scan.advance()) return this.continueRescan();
    this.endRescan(scan);
    // What was written during the scan lies behind its sequence; compare again, it may have overflowed meanwhile.
    if (this.drained) this.close();
    else this.subscribe();
  }

  private endRescan(scan: PartitionRescan): void {
    this.rescan.end(scan, this.parked);
    this.lane.scanTurns.end(this);
    // What was written during the scan is in the map already as it became last, and the scan may have seen it.
    this.replay.want(0);
    this.lease.move(this.stream, this.position);
  }

  private dropRescan(): void {
    if (!this.rescan.scan) return;
    this.rescan.scan = undefined;
    this.lane.scanTurns.end(this);
  }

  private close(): void {
    if (this.phase === 'closed') return;
    const started = this.phase !== 'new';
    this.phase = 'closed';
    this.backoff.cancel();
    this.dropRescan();
    this.rescore.breakOff();
    this.retries.close();
    if (started) this.channel.close();
    this.drained?.();
  }
}
