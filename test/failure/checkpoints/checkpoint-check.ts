import { type Client } from 'hazelcast-client';
import { CHECKPOINT_MAP } from '@nearscore/grid';
import { type PredictionRecord } from '@nearscore/records';
import { RecordJournal } from './record-journal';

/** How far behind a checkpoint events are looked at; older ones were looked at before. */
const WINDOW = 1_000;

/** An entry of nearscore.checkpoints as any client reads it: parsed. */
export interface PartitionEntry {
  /** Rises with every change of the holder. */
  readonly epoch: number;
  /** `<node>/<lane>#<life>`; null: nobody scores the partition. */
  readonly holder: string | null;
  readonly streams: Readonly<Record<string, { readonly next: number }>>;
}

/** By partition. */
export async function partitionEntries(client: Client): Promise<Map<number, PartitionEntry>> {
  const map = await client.getMap<string, PartitionEntry>(CHECKPOINT_MAP);
  const entries = await map.entrySet();
  return new Map(entries.map(([key, entry]) => [Number(key.split('.')[0]), entry]));
}

/**
 * Compares every checkpoint of a stream with what is stored, also under load: the checkpoints are read first, and
 * predictions only move on.
 *
 * @returns what is ahead of its predictions or of its journal
 */
export async function checkpointsAhead(client: Client, stream: string): Promise<string[]> {
  const journal = new RecordJournal(client, `features.${stream}`);
  const ahead: string[] = [];
  for (const [partition, { streams }] of await partitionEntries(client)) {
    const next = streams[stream]?.next;
    if (next === undefined) continue;
    const newest = await journal.newest(partition);
    if (next > newest + 1) ahead.push(`${stream}: partition ${partition} at ${next}, journal ends at ${newest}`);
    const events = await journal.events(partition, next - WINDOW, Math.min(next, newest + 1));
    const latest = new Map(events.map(({ key, sequence }) => [key, sequence]));
    const unscored = await unscoredOf(client, stream, latest);
    ahead.push(...unscored.map((what) => `${stream}: partition ${partition} at ${next}, but ${what}`));
  }
  return ahead;
}

async function unscoredOf(client: Client, stream: string, latest: ReadonlyMap<string, number>): Promise<string[]> {
  const map = await client.getMap<string, PredictionRecord>(`predictions.${stream}`);
  const predictions = new Map(await map.getAll([...latest.keys()]));
  return [...latest].flatMap(([key, sequence]) => {
    const stored = predictions.get(key)?.sourceSequence;
    return stored !== undefined && stored >= sequence ? [] : [`${key} of event ${sequence} is scored up to ${stored}`];
  });
}
