import { Controller, Logger } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { type JournalContext, type JournalReset, type PredictionEvent, resetOf } from '@nearscore/grid-transport';

@Controller()
export class AlertsController {
  private readonly logger = new Logger(AlertsController.name);

  /**
   * The events of a key come in their order. When this promise is fulfilled, the batch is done; when it rejects, or the process
   * dies, the same events come again, here or to another process of the group.
   */
  @EventPattern('predictions.phishing')
  predictions(@Payload() events: PredictionEvent[], @Ctx() { isRedelivery }: JournalContext): void {
    if (isRedelivery) this.logger.debug('some of these may have been told before');
    for (const { key, partition, sequence, prediction } of events) {
      const place = `${key} ${partition}/${sequence}`;
      if (prediction === null) this.logger.log(`${place} removed`);
      else this.logger.log(`${place} ${prediction.label} ${prediction.score.toFixed(9)}`);
    }
  }

  /** The journal dropped events before they were read, or the grid was emptied: read the map if you need what is missing. */
  @EventPattern(resetOf('predictions.phishing'))
  positionGone(@Payload() { reason, partitions }: JournalReset): void {
    this.logger.warn(`${reason}: events are missing in partitions ${partitions.join(', ')}`);
  }
}
