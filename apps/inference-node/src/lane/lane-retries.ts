import { parseFingerprint, type RetryRequest } from '@nearscore/grid';
import { type DeployedStreams } from './deployed-streams';
import { type LaneReport, type LaneRetry } from './lane-messages';

/** What follows the partitions; LaneServer fits. */
export interface RetryingServer {
  retry(stream: string, partition: number, request: RetryRequest): void;
}

/** Hands what the main thread wants tried again to the follower of its partition. */
export class LaneRetries {
  constructor(
    private readonly server: RetryingServer,
    private readonly streams: Pick<DeployedStreams, 'scoredBy'>,
    private readonly send: (report: LaneReport) => void,
  ) {}

  retry({ id, record, score }: LaneRetry): void {
    const { stream, partition, keyData, sourceSequence, fingerprint } = record;
    this.server.retry(stream, partition, {
      key: Buffer.from(keyData, 'base64'),
      sequence: sourceSequence,
      fingerprint: parseFingerprint(fingerprint),
      score,
      done: (outcome) => {
        const deployment = this.streams.scoredBy(stream);
        const { model = '', version = 0, epoch = 0 } = deployment ?? {};
        this.send({ type: 'retried', id, outcome, ...(deployment && { tried: { model, version, epoch } }) });
      },
    });
  }
}
