import { FeedMetrics } from './feed-metrics';
import { createMetricsRegistry } from './metrics-registry';

describe('FeedMetrics', () => {
  it('tells of the listeners of each stream', async () => {
    const registry = createMetricsRegistry({ processMetrics: false });
    const metrics = new FeedMetrics(registry);
    metrics.listenersFrom(() => [['fraud', { listeners: 3, catchingUp: 1, followedJournals: 271 }]]);
    metrics.eventSent('fraud');
    metrics.eventSent('fraud');
    metrics.resetTold('fraud', 'overflow');
    metrics.listenerEnded('fraud', 'slow-reader');
    const text = await registry.metrics();
    for (const line of [
      'nearscore_listeners{stream="fraud"} 3',
      'nearscore_listeners_catching_up{stream="fraud"} 1',
      'nearscore_followed_journals{stream="fraud"} 271',
      'nearscore_listener_events_total{stream="fraud"} 2',
      'nearscore_listener_resets_total{stream="fraud",reason="overflow"} 1',
      'nearscore_listeners_ended_total{stream="fraud",reason="slow-reader"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    metrics.eventSent('fraud');
    expect(await registry.metrics()).toContain('nearscore_listener_events_total{stream="fraud"} 3');
  });
});
