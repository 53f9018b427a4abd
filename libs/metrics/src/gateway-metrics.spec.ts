import { createMetricsRegistry, FeedMetrics, GATEWAY_METRICS, GatewayMetrics, CoordinatorMetrics } from './index';

describe('GatewayMetrics', () => {
  const registry = createMetricsRegistry({ processMetrics: false });
  const metrics = new GatewayMetrics(registry);

  it('registers exactly its catalogue, with those of its listeners and rollouts', () => {
    const registry = createMetricsRegistry({ processMetrics: false });
    new GatewayMetrics(registry);
    new FeedMetrics(registry);
    new CoordinatorMetrics(registry);
    expect(registry.getMetricsAsArray().map(({ name }) => name)).toEqual(Object.keys(GATEWAY_METRICS));
  });

  it('measures the lag of streams when it is scraped, and counts refusals', async () => {
    metrics.lagsFrom(() => [['fraud', { oldestUnscoredMs: 2500, partitionsWithoutLease: 3 }]]);
    metrics.writeRefused('fraud');
    metrics.writeRefused('fraud');
    const lines = (await registry.metrics()).split('\n');
    expect(lines).toContain('nearscore_stream_unscored_age_seconds{stream="fraud"} 2.5');
    expect(lines).toContain('nearscore_partitions_without_lease{stream="fraud"} 3');
    expect(lines).toContain('nearscore_refused_writes_total{stream="fraud"} 2');
  });

  it('counts by route template and status; what no route matched is one value', async () => {
    metrics.answered({ method: 'GET', route: '/v1/streams/:stream', status: 200, seconds: 0.003 });
    metrics.answered({ method: 'BREW', route: undefined, status: 404, seconds: 40 });
    const text = await registry.metrics();
    const name = 'nearscore_http_request_duration_seconds';
    expect(text).toContain(`${name}_bucket{le="0.005",method="GET",route="/v1/streams/:stream",status="200"} 1`);
    expect(text).toContain(`${name}_bucket{le="30",method="other",route="unmatched",status="404"} 0`);
    expect(text).toContain(`${name}_count{method="other",route="unmatched",status="404"} 1`);
  });
});
