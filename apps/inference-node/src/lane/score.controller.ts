import { Controller } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { RecordBatch } from '@nearscore/grid';
import { DeployedStreams } from './deployed-streams';
import { LaneStatistics } from './lane-statistics';

/** Every stream's records come here as batches; the predictions are left in the batch. */
@Controller()
export class ScoreController {
  constructor(
    private readonly streams: DeployedStreams,
    private readonly statistics: LaneStatistics,
  ) {}

  @EventPattern('features.*')
  async score(@Payload() batch: RecordBatch): Promise<void> {
    const startedAt = performance.now();
    await this.streams.score(batch);
    this.statistics.batchDone(batch.count, performance.now() - startedAt);
  }
}
