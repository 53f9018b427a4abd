import {
  type BatchSegment,
  type FoundEntries,
  type PartitionChannel,
  type PartitionListener,
  type RecordBatch,
  ROW,
  type ScannedMap,
  type ScanPage,
  type ScanPosition,
} from '@nearscore/grid';
import { type Call, type CallName, type Performed } from './call';
import { decodePrediction } from './formats';
import { ReplyBytes } from './reply-bytes';
import { type LoggedEvent, type Replica, type StoredPrediction, type StreamReplica } from './replica';
import { type SimConnection } from './sim-connection';
import { type GridObserver } from './grid-observer';
import { type WriteHistory } from './writes';

type KeyRanges = readonly (readonly [start: number, end: number])[];
type Entry = readonly [key: string, value: string];

const EVENT = { added: 1, removed: 2, updated: 4 };

/** The lane's grid, as its channels use it. */
export interface ChannelGrid {
  readonly parts: { readonly observer: GridObserver; readonly history: WriteHistory; readonly lane: string };
  makeCall(
    name: CallName,
    partition: number,
    perform: (replica: Replica, call: Call) => Performed | undefined,
    on: Pick<Call, 'onAnswer' | 'onError' | 'stream'>,
  ): Call;
  /** Queues the call; returns the connection it will be sent by. */
  queue(call: Call): SimConnection | undefined;
  /** Until the lane gives its views back. */
  keepView(view: ReplyBytes): Buffer;
}

/** One partition of one stream over a lane's connections. */
export class SimPartitionChannel implements PartitionChannel {
  private closed = false;
  private reading: { call: Call; connection: SimConnection | undefined } | undefined;

  constructor(
    private readonly grid: ChannelGrid,
    private readonly stream: number,
    private readonly partition: number,
    private readonly listener: PartitionListener,
  ) {}

  subscribe(): void {
    this.ask('subscribe', (replica) => {
      const { oldest, newest } = this.of(replica).journal;
      return () => {
        this.grid.parts.observer.onSubscribed(this.grid.parts.lane, this.partition, this.stream, oldest);
        this.listener.onSubscribed(oldest, newest);
        return true;
      };
    });
  }

  read(start: number, max: number): void {
    if (this.reading) this.reading.connection?.forget(this.reading.call);
    let seenNewest: number | undefined;
    const call = this.call(
      'read',
      (replica) => {
        const { journal } = this.of(replica);
        // One from past the tail wakes at the next event, whatever its sequence.
        seenNewest ??= journal.newest;
        const from = start > journal.newest && journal.newest !== seenNewest ? journal.newest : start;
        const events = journal.read(from, max);
        if (events.length === 0) return undefined;
        return { answer: () => this.giveEvents(events) };
      },
      'read',
    );
    this.reading = { call, connection: this.grid.queue(call) };
  }

  scan(map: ScannedMap, from: ScanPosition, pageSize: number): void {
    this.ask('scan', (replica) => {
      const after = from?.[0]?.[0] ?? -1;
      const rest = entriesOf(this.of(replica), map).filter(([key]) => numberOf(key) > after);
      rest.sort(([a], [b]) => numberOf(a) - numberOf(b));
      const page = rest.slice(0, pageSize);
      const last = page[page.length - 1];
      const next: ScanPosition = last && rest.length > page.length ? [[numberOf(last[0]), 0]] : undefined;
      return () => this.givePage(page, next);
    });
  }

  lookUp(map: ScannedMap, bytes: Buffer, keys: KeyRanges): void {
    const wanted = keys.map(([start, end]) => bytes.toString('latin1', start, end));
    this.ask('look-up', (replica) => {
      const stream = this.of(replica);
      const found = wanted.flatMap((key): Entry[] => {
        const value = map === 'records' ? stream.records.get(key)?.value : stream.predictions.get(key)?.text;
        return value == null ? [] : [[key, value]];
      });
      return () => this.listener.onFound(this.page(found));
    });
  }

  store(batch: RecordBatch, segment: BatchSegment): number {
    const puts: Entry[] = [];
    let acks = 0;
    for (let row = segment.firstRow; row < segment.firstRow + segment.rowCount; row++) {
      const key = segment.bytes.toString('latin1', batch.keyStart[row], batch.keyEnd[row]);
      const end = batch.predictionEnd[row] ?? 0;
      if (batch.kind[row] === ROW.remove) acks += this.remove(key, batch.sequence[row]);
      else if (batch.kind[row] === ROW.score && end > 0) {
        puts.push([key, batch.predictions.toString('latin1', batch.predictionStart[row], end)]);
      }
    }
    if (puts.length > 0) acks += this.put(puts);
    return acks;
  }

  removePredictions(bytes: Buffer, keys: KeyRanges): number {
    for (const [start, end] of keys) this.remove(bytes.toString('latin1', start, end), undefined);
    return keys.length;
  }

  close(): void {
    this.closed = true;
  }

  // ---- writing

  private put(puts: readonly Entry[]): number {
    const { observer, history } = this.grid.parts;
    this.write('store', (_replica, call) => {
      const stored = puts.map(([key, text]) => [key, text, storedOf(text)] as const);
      return (target, isPrimary) => {
        for (const [key, text, prediction] of stored) {
          if (isPrimary) observer.onStoring(target, this.stream, key, prediction, text, call);
          if (prediction) target.stream(this.stream).store(key, prediction);
        }
      };
      function storedOf(text: string): StoredPrediction | undefined {
        const content = decodePrediction(text);
        const write = content && history.byValue(content.value);
        return (
          write && { text, write, sequence: content.sequence, epoch: content.epoch, unfounded: false, late: false }
        );
      }
    });
    return 1;
  }

  private remove(key: string, sequence: number | undefined): number {
    const { observer } = this.grid.parts;
    this.write('remove', (replica, call) => {
      const event = sequence === undefined ? undefined : this.of(replica).journal.events[sequence];
      const removal = event?.write.key === key && event.write.value === null ? event.write : undefined;
      return (target, isPrimary) => {
        if (isPrimary) observer.onRemoving(target, this.stream, key, removal, call);
        target.stream(this.stream).remove(key, removal);
      };
    });
    return 1;
  }

  private write(
    name: CallName,
    effectOf: (replica: Replica, call: Call) => (replica: Replica, isPrimary: boolean) => void,
  ): void {
    const perform = (replica: Replica, call: Call): Performed => ({
      answer: () => (this.listener.onAck(), true),
      effect: effectOf(replica, call),
    });
    this.grid.queue(this.call(name, perform, 'store'));
  }

  // ---- asking

  private ask(name: 'subscribe' | 'scan' | 'look-up', answer: (replica: Replica) => () => boolean): void {
    this.grid.queue(this.call(name, (replica) => ({ answer: answer(replica) }), name));
  }

  private call(
    name: CallName,
    perform: (replica: Replica, call: Call) => Performed | undefined,
    operation: Parameters<PartitionListener['onFailed']>[0],
  ): Call {
    return this.grid.makeCall(name, this.partition, perform, {
      stream: this.stream,
      onAnswer: (answer) => this.closed || (answer as () => boolean)(),
      onError: (error) => {
        if (!this.closed) this.listener.onFailed(operation, error);
      },
    });
  }

  private of(replica: Replica): StreamReplica {
    return replica.stream(this.stream);
  }

  private giveEvents(events: readonly LoggedEvent[]): boolean {
    const reply = new ReplyBytes();
    const rows = events.map(({ write }) => reply.add(write.key, write.value));
    const next = (events[events.length - 1]?.sequence ?? 0) + 1;
    if (!this.listener.begin(events.length, next, this.grid.keepView(reply))) return false;
    events.forEach(({ write }, index) => {
      this.listener.event(write.value === null ? EVENT.removed : EVENT.updated, ...(rows[index] as Row));
    });
    this.listener.end();
    return true;
  }

  private givePage(entries: readonly Entry[], next: ScanPosition): boolean {
    const page: ScanPage = { ...this.page(entries), next };
    return this.listener.onPage(page);
  }

  private page(entries: readonly Entry[]): FoundEntries {
    const reply = new ReplyBytes();
    const offsets = entries.flatMap(([key, value]) => reply.add(key, value));
    return { bytes: this.grid.keepView(reply), offsets };
  }
}

type Row = [number, number, number, number];

function entriesOf(stream: StreamReplica, map: ScannedMap): Entry[] {
  if (map === 'predictions') return [...stream.predictions].map(([key, { text }]) => [key, text]);
  return [...stream.records].map(([key, { value }]) => [key, value ?? '']);
}

/** Keys are `p<partition>k<number>`. */
function numberOf(key: string): number {
  return Number(key.slice(key.indexOf('k') + 1));
}
