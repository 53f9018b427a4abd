import { checkRedis, parseInfo } from './redis-health';

const INFO = '# Server\r\nredis_version:6.2.11\r\nexecutable:/x:y\r\n\r\n# Memory\r\nmaxmemory_policy:noeviction\r\n';
const probe = (info: () => Promise<string>, fault?: string) => ({ fault, info });

describe('checkRedis', () => {
  test('tells version and policy', async () => {
    expect(await checkRedis(probe(async () => INFO))).toEqual({
      up: true,
      latencyMs: expect.any(Number),
      version: '6.2.11',
      maxmemoryPolicy: 'noeviction',
      warning: null,
    });
  });

  test.each(['allkeys-lru', 'volatile-ttl'])('warns of a Redis that may drop jobs: %s', async (policy) => {
    const health = await checkRedis(probe(async () => INFO.replace('noeviction', policy)));
    expect(health).toMatchObject({ up: true, maxmemoryPolicy: policy, warning: expect.stringContaining(policy) });
  });

  test('tells why Redis is down', async () => {
    const down = probe(() => Promise.reject(new Error("Stream isn't writeable")), 'ECONNREFUSED');
    expect(await checkRedis(down)).toEqual({ up: false, reason: 'ECONNREFUSED' });
  });

  test('tells what a Redis that is up refuses', async () => {
    const refusing = probe(() => Promise.reject(new Error('NOAUTH Authentication required.')));
    expect(await checkRedis(refusing)).toEqual({ up: false, reason: 'NOAUTH Authentication required.' });
  });

  test('does not wait for a Redis that hangs', async () => {
    const hanging = probe(() => new Promise(() => undefined));
    expect(await checkRedis(hanging, 5)).toEqual({ up: false, reason: 'no answer within 5 ms' });
  });

  test('an answer without the fields is unknown, not a failure', async () => {
    expect(await checkRedis(probe(async () => ''))).toMatchObject({ up: true, version: 'unknown', warning: null });
  });
});

test('parseInfo keeps colons in values', () => {
  expect(parseInfo(INFO).get('executable')).toBe('/x:y');
});
