import { type DynamicModule, Module } from '@nestjs/common';
import { METRICS_REGISTRY, MetricsController } from './metrics.controller';
import { type MetricsRegistry } from './metrics-registry';

/** Serves a registry at GET /metrics in Prometheus' text format. */
@Module({})
export class MetricsModule {
  static forRegistry(registry: MetricsRegistry): DynamicModule {
    return {
      module: MetricsModule,
      controllers: [MetricsController],
      providers: [{ provide: METRICS_REGISTRY, useValue: registry }],
    };
  }
}
