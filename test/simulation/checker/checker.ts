import { type SimThread } from '../engine/sim-thread';
import { type World } from '../engine/world';
import { type Call } from '../grid/call';
import { type GridObserver } from '../grid/grid-observer';
import { type Replica, type StoredEntry, type StoredPrediction } from '../grid/replica';
import { type Write } from '../grid/writes';
import { type ParkedRecords } from '../node/parked-records';
import { CheckpointCheck } from './checkpoint-check';
import { GaugeCheck } from './gauge-check';
import { LaneLedger } from './lane-ledger';
import { LossCheck } from './loss-check';
import { PredictionCheck } from './prediction-check';

/** Looks at every change of a primary before it is made, and says at once which promise it breaks. */
export class Checker implements GridObserver {
  readonly leases: LaneLedger;
  readonly predictions: PredictionCheck;
  readonly checkpoints: CheckpointCheck;
  readonly losses: LossCheck;
  readonly gauges: GaugeCheck;

  constructor(world: World, streams: readonly string[], parked: ParkedRecords) {
    this.leases = new LaneLedger(world);
    this.predictions = new PredictionCheck(world);
    this.losses = new LossCheck(world, streams, parked);
    this.gauges = new GaugeCheck(world, streams, parked);
    this.checkpoints = new CheckpointCheck(world, streams, parked);
  }

  laneBorn(lane: string, thread: SimThread): void {
    this.leases.born(lane, thread);
  }

  onStoring(
    replica: Replica,
    stream: number,
    key: string,
    prediction: StoredPrediction | undefined,
    text: string,
    call: Call,
  ): void {
    const byHolder = this.leases.checkWriter(replica, call);
    this.predictions.onStoring(replica, stream, key, prediction, text, call, byHolder);
  }

  onRemoving(replica: Replica, stream: number, key: string, removal: Write | undefined, call: Call): void {
    const byHolder = this.leases.checkWriter(replica, call);
    this.predictions.onRemoving(replica, stream, key, removal, call, byHolder);
  }

  onEntry(replica: Replica, entry: StoredEntry, call: Call): void {
    this.leases.onEntry(replica, entry, call);
    this.checkpoints.onEntry(replica, entry, call);
  }

  onSubscribed(lane: string, partition: number, stream: number, oldest: number): void {
    this.losses.onSubscribed(lane, partition, stream, oldest);
  }
}
