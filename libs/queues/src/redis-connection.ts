import { type Redis } from 'ioredis';
import { openRedis } from './open-redis';

const MAX_RECONNECT_DELAY_MS = 5_000;

/** A connection that keeps itself alive: it reconnects forever, and a command fails at once while it is down. */
export class RedisConnection {
  private lastFault: string | undefined = 'not connected yet';

  private constructor(private readonly redis: Redis) {}

  static open(url: string, clientName: string): RedisConnection {
    const redis = openRedis(url, clientName, MAX_RECONNECT_DELAY_MS);
    const connection = new RedisConnection(redis);
    redis.on('ready', () => (connection.lastFault = undefined));
    redis.on('error', (error: NodeJS.ErrnoException) => (connection.lastFault = error.code ?? error.name));
    return connection;
  }

  /** Why it is down: an error code, never a host name or a password. Undefined while it is up. */
  get fault(): string | undefined {
    return this.lastFault;
  }

  /** The text of INFO: all sections, because Redis before 7 takes no list of them. */
  info(): Promise<string> {
    return this.redis.info();
  }

  /** Ends the connection and its attempts to come back; commands under way are rejected. */
  close(): void {
    this.redis.disconnect();
  }
}

/** Connects in the background; never throws and never waits, whether Redis is there or not. */
export function createRedisConnection(url: string, clientName = 'nearscore'): RedisConnection {
  return RedisConnection.open(url, clientName);
}
