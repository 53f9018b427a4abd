import { Redis } from 'ioredis';

const CONNECT_TIMEOUT_MS = 2_000;

/** Connects in the background and again for ever; a command fails at once while it is down. */
export function openRedis(url: string, clientName: string, maxReconnectDelayMs: number): Redis {
  return new Redis(url, {
    connectionName: clientName,
    connectTimeout: CONNECT_TIMEOUT_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 100, maxReconnectDelayMs),
  });
}
