import { parseFingerprint, type RetryRequest } from '@nearscore/grid';
import { type DeployedStreams } from './deployed-streams';
import { type LaneReport, type LaneRetry } from './lane-messages';
import { versionOfKey } from './scoring/version-of-key';

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
    const key = Buffer.from(keyData, 'base64');
    this.server.retry(stream, partition, {
      key,
      sequence: sourceSequence,
      fingerprint: parseFingerprint(fingerprint),
      score,
      done: (outcome) => {
        const tried = versionOfKey(this.streams.scoredBy(stream), key);
        this.send({ type: 'retried', id, outcome, ...(tried && { tried }) });
      },
    });
  }
}
