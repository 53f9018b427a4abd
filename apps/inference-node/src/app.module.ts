import { DynamicModule, Module } from '@nestjs/common';
import { MetricsModule, MetricsRegistry } from '@nearscore/metrics';
import { HealthController } from './health/health.controller';
import { InferenceNode } from './node/inference-node';
import { NodeLifecycle } from './node/node-lifecycle';

/** HTTP of a node: health and metrics. */
@Module({})
export class AppModule {
  static of(node: InferenceNode, registry: MetricsRegistry): DynamicModule {
    return {
      module: AppModule,
      imports: [MetricsModule.forRegistry(registry)],
      controllers: [HealthController],
      providers: [
        { provide: InferenceNode, useValue: node },
        { provide: NodeLifecycle, useValue: new NodeLifecycle(node) },
      ],
    };
  }
}
