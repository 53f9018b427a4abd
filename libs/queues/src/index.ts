export { createRedisConnection, type RedisConnection } from './redis-connection';
export { checkRedis, type RedisHealth, type RedisProbe } from './redis-health';
