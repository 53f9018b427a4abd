import { type NodeEntry } from '@nearscore/registry';

/** A stream that this node cannot score at the epoch that is deployed. */
export interface FailingStream {
  readonly stream: string;
  readonly epoch: number;
}

export type OtherNode = Pick<NodeEntry, 'ready' | 'serving' | 'streams'>;

/**
 * Whether the node is to have partitions. They stay with the others until its lanes can score them, seconds after its start; from
 * then on they are its own, also while a lane starts again. A node that cannot score a stream which another can leaves them to
 * the others: a lease is for all streams of a partition.
 */
export class PartitionService {
  private begun = false;
  private yielding = false;

  /**
   * @param hasTried whether every lane has loaded, or could not load, what is deployed
   * @param others all other nodes that live; undefined while that is not known
   */
  decide(hasTried: boolean, failing: readonly FailingStream[], others: readonly OtherNode[] | undefined): boolean {
    this.begun ||= hasTried && (others !== undefined || failing.length === 0);
    this.yielding = failing.length > 0 && this.canYield(failing, others ?? []);
    return this.begun && !this.yielding;
  }

  /** To one that scores everything: two that fail at different streams would both yield. For as long as anybody else serves. */
  private canYield(failing: readonly FailingStream[], others: readonly OtherNode[]): boolean {
    const serving = others.filter((other) => other.serving);
    if (this.yielding) return serving.length > 0;
    return serving.some((other) => other.ready && failing.every((stream) => scores(other, stream)));
  }
}

function scores({ streams }: OtherNode, { stream, epoch }: FailingStream): boolean {
  return streams.some((it) => it.stream === stream && it.epoch >= epoch);
}
