import { type DynamicModule, Module } from '@nestjs/common';
import { DeployedStreams } from './deployed-streams';
import { LaneStatistics } from './lane-statistics';
import { ScoreController } from './score.controller';

@Module({ controllers: [ScoreController] })
export class LaneModule {
  static with(streams: DeployedStreams, statistics: LaneStatistics): DynamicModule {
    return {
      module: LaneModule,
      providers: [
        { provide: DeployedStreams, useValue: streams },
        { provide: LaneStatistics, useValue: statistics },
      ],
    };
  }
}
