import { type FollowerGridWorld, type MakeFollowerGridWorld } from '../../fixtures/journal/follower-grid-world';
import { SimThread } from '../engine/sim-thread';
import { Trace } from '../engine/trace';
import { World } from '../engine/world';
import { type Call, type Performed } from './call';
import { echoOf, encodePrediction, fingerprintOf } from './formats';
import { type GridObserver } from './grid-observer';
import { type Replica } from './replica';
import { SimCluster } from './sim-cluster';
import { SimLaneGrid } from './sim-lane-grid';
import { type Write, WriteHistory } from './writes';

const PARTITION = 1;
const PATIENCE_MS = 5_000;
const STREAM = { name: 'fraud', recordMap: 'features.fraud', predictionMap: 'predictions.fraud' };

const nobody: GridObserver = { onStoring: ignore, onRemoving: ignore, onEntry: ignore, onSubscribed: ignore };

/** The simulated grid with one lane's view of it, as the contract suite wants it. */
class ContractWorld implements FollowerGridWorld {
  readonly stream = STREAM;
  readonly partition = PARTITION;
  readonly journalCapacity = 50;
  readonly grid: SimLaneGrid;
  private readonly world = new World(1, new Trace());
  private readonly history = new WriteHistory();
  private readonly cluster = new SimCluster(this.world, {
    partitions: 3,
    streams: 1,
    journalCapacity: this.journalCapacity,
    detectionMs: () => 500,
    backupLatencyMs: () => this.world.random.gap(2),
  });

  constructor(onDelivered: (refused: boolean) => boolean) {
    const { world, cluster, history } = this;
    this.cluster.start([0, 1]);
    // Record n is the value of write n.
    for (let record = 0; record < 100; record++) history.add(0, PARTITION, this.keyOf(record), 'put');
    this.grid = new SimLaneGrid({
      ...{ world, cluster, history, observer: nobody, onDelivered },
      thread: new SimThread(world, 'lane', 1),
      lane: 'lane',
      latency: () => world.random.gap(2),
      streams: [STREAM],
      stallMs: () => 0,
      onTrouble: ignore,
    });
    this.grid.route(
      [...cluster.members.keys()],
      cluster.table.map(({ primary }) => primary),
    );
  }

  /** A connection is made when it is first needed. */
  async connect(): Promise<this> {
    this.grid.loadEntry(PARTITION, ignore);
    await this.until(() => this.grid.connections.length > 0);
    return this;
  }

  keyBytes(key: number): Buffer {
    return Buffer.from(this.keyOf(key), 'latin1');
  }

  recordBytes(record: number): Buffer {
    return Buffer.from(`v${record}`, 'latin1');
  }

  predictionBytes({ key, record, sequence }: { key: number; record: number; sequence: number }): Buffer {
    const value = this.recordBytes(record);
    const fingerprint = { high: 0, low: 0 };
    fingerprintOf(value, 0, value.length, fingerprint);
    const of = { echo: echoOf(this.keyOf(key)), value: value.toString('latin1') };
    const content = { ...of, sequence, epoch: 1, ...fingerprint };
    return Buffer.from(encodePrediction(content), 'latin1');
  }

  entryBytes(entry: number): Buffer {
    const json = JSON.stringify({ holder: `holder ${entry}`, epoch: entry, leaseMs: 1_000, streams: {} });
    return Buffer.concat([Buffer.alloc(12), Buffer.from(json, 'utf8')]);
  }

  put(key: number, record: number): Promise<void> {
    return this.write([{ key: this.keyOf(key), value: `v${record}` }]);
  }

  remove(key: number): Promise<void> {
    return this.write(this.records().has(this.keyOf(key)) ? [{ key: this.keyOf(key), value: null }] : []);
  }

  clearRecords(): Promise<void> {
    return this.write([...this.records().keys()].map((key) => ({ key, value: null })));
  }

  async destroyRecords(): Promise<void> {
    this.cluster.destroyRecords(0, STREAM.name);
  }

  async partitionsOfEntries(): Promise<readonly number[]> {
    return this.cluster.table.flatMap((_, partition) =>
      this.cluster.primaryReplica(partition)?.entry ? [partition] : [],
    );
  }

  async until(condition: () => boolean): Promise<void> {
    const { world } = this;
    for (const begun = world.now; !condition();) {
      if (world.now - begun > PATIENCE_MS) throw new Error('it does not come to that');
      await world.runUntil(world.now + 1);
    }
  }

  async close(): Promise<void> {
    this.grid.abandon();
  }

  private keyOf(key: number): string {
    return `p${PARTITION}k${key}`;
  }

  private records(): ReadonlyMap<string, Write> {
    return this.cluster.primaryReplica(PARTITION)?.stream(0).records ?? new Map<string, Write>();
  }

  private async write(changes: readonly { key: string; value: string | null }[]): Promise<void> {
    const effect = (replica: Replica): void => {
      for (const { key, value } of changes) replica.stream(0).write(this.writeOf(key, value));
    };
    let acknowledged = false;
    const call: Call = {
      ...{ name: 'write', partition: PARTITION, sender: 'user', sentAt: 0, stalled: false },
      perform: (): Performed => ({ answer: undefined, effect }),
      onAnswer: () => true,
      onError: ignore,
    };
    const member = this.cluster.members.get(this.cluster.table[PARTITION]?.primary ?? '');
    if (!member) throw new Error('there is no member');
    this.cluster.execute(member, call, { answer: () => (acknowledged = true), fail: ignore });
    await this.until(() => acknowledged);
  }

  private writeOf(key: string, value: string | null): Write {
    const told = { outcome: 'open', applied: 0, appliedAt: 0, sequence: 0, lost: false } as const;
    return { id: -1, stream: 0, partition: PARTITION, key, value, ...told };
  }
}

export const makeContractWorld: MakeFollowerGridWorld = (onDelivered) => new ContractWorld(onDelivered).connect();

function ignore(): void {
  // Nothing to do.
}
