import { type Client } from 'hazelcast-client';

/** Far longer than a phase is held; a test that dies leaves no lock for ever. */
const LEASE_MS = 30_000;

/**
 * Locks an entry, so that whoever changes it waits: what is being done stays being done for as long as a test needs, and is
 * done afterwards, also on behalf of a process that is dead by then.
 *
 * @returns what lets it go
 */
export async function holdEntry(client: Client, mapName: string, key: string): Promise<() => Promise<void>> {
  const map = await client.getMap<string, unknown>(mapName);
  await map.lock(key, LEASE_MS);
  return () => map.forceUnlock(key);
}
