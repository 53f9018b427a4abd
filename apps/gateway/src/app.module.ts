import { DynamicModule, Module } from '@nestjs/common';
import { type GatewayConfig } from '@nearscore/config';
import { MetricsModule, type MetricsRegistry } from '@nearscore/metrics';
import { type RedisConnection } from '@nearscore/queues';
import { BackPressure } from './back-pressure/back-pressure';
import { BulkSlots } from './bulk/bulk-slots';
import { ExportService } from './bulk/export.service';
import { ImportService } from './bulk/import.service';
import { StreamLags } from './back-pressure/stream-lags';
import { ListenService } from './feed/listen.service';
import { type PredictionFeeds } from './feed/prediction-feeds';
import { DeadLettersController } from './dead-letters/dead-letters.controller';
import { DeadLettersService } from './dead-letters/dead-letters.service';
import { DoctorController } from './doctor/doctor.controller';
import { DoctorService } from './doctor/doctor.service';
import { GATEWAY_CONFIG } from './gateway.tokens';
import { GridConnection } from './grid/grid-connection';
import { HealthController } from './health/health.controller';
import { HealthService } from './health/health.service';
import { Lifecycle } from './lifecycle';
import { ModelRetention } from './models/model-retention';
import { ModelsController } from './models/models.controller';
import { ModelExaminer, ModelsService } from './models/models.service';
import { UploadSlots } from './models/upload-slots';
import { ClusterWatch } from './nodes/cluster-watch';
import { NodesController } from './nodes/nodes.controller';
import { NodesService } from './nodes/nodes.service';
import { PredictionWaits } from './predictions/prediction-waits';
import { PredictionsController } from './predictions/predictions.controller';
import { PredictionsService } from './predictions/predictions.service';
import { RecordsController } from './records/records.controller';
import { RecordsService } from './records/records.service';
import { RolloutProgress } from './rollouts/rollout-progress';
import { RolloutsController } from './rollouts/rollouts.controller';
import { RolloutsService } from './rollouts/rollouts.service';
import { StreamCatalog } from './streams/stream-catalog';
import { StreamsController } from './streams/streams.controller';
import { StreamsService } from './streams/streams.service';

/** What the gateway is made of; the connections are opened and handed in by createGateway. */
export interface GatewayParts {
  readonly config: GatewayConfig;
  readonly metrics: MetricsRegistry;
  readonly connection: GridConnection;
  readonly catalog: StreamCatalog;
  readonly watch: ClusterWatch;
  readonly lags: StreamLags;
  readonly backPressure: BackPressure;
  readonly feeds: PredictionFeeds;
  readonly redis: RedisConnection;
  readonly examine: ModelExaminer;
  readonly retention: ModelRetention;
  readonly rollouts: RolloutsService;
  readonly progress: RolloutProgress;
  readonly lifecycle: Lifecycle;
}

@Module({})
export class AppModule {
  static of(parts: GatewayParts): DynamicModule {
    const { config, metrics, connection, catalog, watch, backPressure, feeds, redis, examine, lifecycle } = parts;
    const { limits } = config;
    const bulk = { ...parts, limits, slots: new BulkSlots(limits.maxBulkRequests) };
    return {
      module: AppModule,
      imports: [MetricsModule.forRegistry(metrics)],
      controllers: [
        ...[RecordsController, PredictionsController, StreamsController],
        ...[DeadLettersController, ModelsController, NodesController, HealthController, RolloutsController],
        ...[DoctorController],
      ],
      providers: [
        { provide: GATEWAY_CONFIG, useValue: config },
        { provide: Lifecycle, useValue: lifecycle },
        {
          provide: RecordsService,
          useValue: new RecordsService(
            connection,
            catalog,
            limits,
            backPressure,
            new PredictionWaits(connection, feeds),
          ),
        },
        { provide: ImportService, useValue: new ImportService(bulk) },
        { provide: ExportService, useValue: new ExportService(bulk) },
        { provide: PredictionsService, useValue: new PredictionsService(connection, catalog, limits.maxKeyBytes) },
        { provide: ListenService, useValue: new ListenService(feeds, catalog, limits) },
        { provide: DeadLettersService, useValue: new DeadLettersService(bulk) },
        { provide: StreamsService, useValue: new StreamsService(parts) },
        { provide: ModelsService, useValue: new ModelsService(connection, examine, parts.retention) },
        { provide: UploadSlots, useValue: new UploadSlots(limits.maxModelUploads) },
        { provide: RolloutsService, useValue: parts.rollouts },
        { provide: RolloutProgress, useValue: parts.progress },
        { provide: NodesService, useValue: new NodesService(connection, watch) },
        { provide: DoctorService, useValue: new DoctorService({ ...parts, heartbeatMs: config.heartbeatMs }) },
        { provide: HealthService, useValue: new HealthService(connection, redis, watch) },
      ],
    };
  }
}
