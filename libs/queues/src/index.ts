export { QueueDownError } from './queues.errors';
export { createRedisConnection, type RedisConnection } from './redis-connection';
export { checkRedis, type RedisHealth, type RedisProbe } from './redis-health';
export { type RetryJob } from './retries/retry-job';
export { RetryQueue, type RetryQueueOptions } from './retries/retry-queue';
export { type PrepareJob, prepareQueueOf } from './prepare/prepare-job';
export { PrepareQueue, type PrepareQueueOptions } from './prepare/prepare-queue';
export { RolloutQueue, type RolloutQueueOptions } from './rollouts/rollout-queue';
export { type AskedNode, type RolloutJob } from './rollouts/rollout-worker';
