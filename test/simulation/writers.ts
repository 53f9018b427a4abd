import { type NearscoreError } from '@nearscore/errors';
import { type SimRandom } from './engine/random';
import { SimThread } from './engine/sim-thread';
import { type Call, type Performed } from './grid/call';
import { type Replica } from './grid/replica';
import { SimConnection } from './grid/sim-connection';
import { type Write } from './grid/writes';
import { type Site } from './site';

const RETRY_MS = 40;
const MOST_TRIES = 8;
const BURST = 40;

/** Clients that put and remove records, and know of each write what became of it. */
export class SimWriters {
  private readonly random: SimRandom;
  private readonly thread: SimThread;
  private readonly connections = new Map<string, SimConnection>();

  constructor(private readonly site: Site) {
    this.random = site.world.random.fork();
    this.thread = new SimThread(site.world, 'writers', 1);
  }

  start(): void {
    this.next();
  }

  private next(): void {
    const { world, knobs, quiet } = this.site;
    world.after(this.random.gap(knobs.writeGapMs), () => {
      if (quiet()) return;
      const partition = this.random.below(knobs.partitions);
      const writes = this.random.chance(knobs.burstShare) ? BURST : 1;
      for (let n = 0; n < writes; n++) this.write(partition);
      this.next();
    });
  }

  private write(partition: number): void {
    const { knobs, history, streams } = this.site;
    const key = `p${partition}k${this.random.below(knobs.keysPerPartition)}`;
    const removal = this.random.chance(knobs.removalShare);
    const kind = removal ? 'remove' : this.random.chance(knobs.unscorableShare) ? 'put-unscorable' : 'put';
    this.send(history.add(this.random.below(streams.length), partition, key, kind), 1);
  }

  private send(write: Write, attempt: number): void {
    const connection = this.connectionTo(write.partition);
    if (connection) connection.send([this.callOf(write, attempt)]);
    else this.retry(write, attempt);
  }

  /** Nothing of it was done: it may be sent again. */
  private retry(write: Write, attempt: number): void {
    if (attempt >= MOST_TRIES) write.outcome = 'failed';
    else this.site.world.after(RETRY_MS * attempt, () => this.send(write, attempt + 1));
  }

  private connectionTo(partition: number): SimConnection | undefined {
    const { world, cluster, latency } = this.site;
    const id = cluster.table[partition]?.primary ?? '';
    const known = this.connections.get(id);
    if (known?.isOpen) return known;
    const member = cluster.members.get(id);
    if (!member?.alive) return undefined;
    const connection = new SimConnection(world, cluster, this.thread, member, latency(this.random), {
      onReadable: (readable) => void readable.dispatch(),
      onClosed: () => this.connections.delete(id),
    });
    this.connections.set(id, connection);
    return connection;
  }

  private callOf(write: Write, attempt: number): Call {
    const { world, history } = this.site;
    const effect = (replica: Replica, isPrimary: boolean): void => {
      const stream = replica.stream(write.stream);
      if (isPrimary) {
        history.markApplied(write, stream.journal.newest + 1, world.now);
        world.note('written', write.partition, write.key, `${write.value}`, write.sequence);
      }
      stream.write(write);
    };
    // A removal of nothing makes no event.
    const isVain = (replica: Replica): boolean =>
      write.value === null && !replica.stream(write.stream).records.has(write.key);
    const perform = (replica: Replica): Performed => ({ answer: undefined, ...(isVain(replica) ? {} : { effect }) });
    return {
      name: 'write',
      partition: write.partition,
      sender: 'writers',
      sentAt: this.thread.now(),
      stalled: false,
      perform,
      onAnswer: () => {
        write.outcome = 'acknowledged';
        return true;
      },
      onError: (error) => this.failed(write, attempt, error),
    };
  }

  private failed(write: Write, attempt: number, error: NearscoreError): void {
    const notDone = error.code === 'MEMBER_ERROR' && error.message.startsWith('WrongTarget');
    if (notDone) this.retry(write, attempt);
    else write.outcome = 'unknown';
  }
}
