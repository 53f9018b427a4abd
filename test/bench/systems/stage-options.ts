import { type Collector } from '@nearscore/local-cluster';
import { type PeerModel } from '../peers/peer-model';
import { type SystemName } from './bench-system';

/** What all systems of a stage have in common. */
export interface StageOptions {
  readonly systems: readonly SystemName[];
  readonly model: PeerModel;
  readonly partitions: number;
  readonly collector: Collector;
  /** Processors of each Jet stage. */
  readonly jetParallelism: number;
  /** Whether Jet's prediction map has a journal, as Nearscore's has for listeners that resume. */
  readonly jetJournal: boolean;
  /** Flags of Nearscore's node, such as --cpu-prof. */
  readonly nodeFlags: readonly string[];
}
