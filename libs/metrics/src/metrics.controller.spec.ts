import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { createMetricsRegistry, MetricsModule } from './index';

describe('GET /metrics', () => {
  it("answers in Prometheus' text format, process metrics included", async () => {
    const built = await Test.createTestingModule({
      imports: [MetricsModule.forRegistry(createMetricsRegistry())],
    }).compile();
    const app = built.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.init();
    const answer = await app.inject({ url: '/metrics' });
    await app.close();
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(answer.body).toContain('# TYPE process_cpu_seconds_total counter');
  });
});
