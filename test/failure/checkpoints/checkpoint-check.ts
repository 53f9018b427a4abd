import { type Client } from 'hazelcast-client';
import { CHECKPOINT_MAP } from '@nearscore/grid';
import { type PredictionRecord } from '@nearscore/records';
import { RecordJournal } from './record-journal';

/** How far behind a checkpoint events are looked at; older ones were looked at before. */
const WINDOW = 1_000;

/** An entry of nearscore.checkpoints as any client reads it: parsed; format versions 1 and 2. */
interface CheckpointEntry {
  readonly streams: Readonly<Record<string, number | { readonly next: number }>>;
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
  for (const [partition, next] of await checkpoints(client, stream)) {
    const newest = await journal.newest(partition);
    if (next > newest + 1) ahead.push(`${stream}: partition ${partition} at ${next}, journal ends at ${newest}`);
    const events = await journal.events(partition, next - WINDOW, Math.min(next, newest + 1));
    const latest = new Map(events.map(({ key, sequence }) => [key, sequence]));
    const unscored = await unscoredOf(client, stream, latest);
    ahead.push(...unscored.map((what) => `${stream}: partition ${partition} at ${next}, but ${what}`));
  }
  return ahead;
}

/** Partition → next sequence to score. */
export async function checkpoints(client: Client, stream: string): Promise<Map<number, number>> {
  const map = await client.getMap<string, CheckpointEntry>(CHECKPOINT_MAP);
  const found = new Map<number, number>();
  for (const [key, { streams }] of await map.entrySet()) {
    const position = streams[stream];
    if (position === undefined) continue;
    found.set(Number(key.split('.')[0]), typeof position === 'number' ? position : position.next);
  }
  return found;
}

async function unscoredOf(client: Client, stream: string, latest: ReadonlyMap<string, number>): Promise<string[]> {
  const map = await client.getMap<string, PredictionRecord>(`predictions.${stream}`);
  const predictions = new Map(await map.getAll([...latest.keys()]));
  return [...latest].flatMap(([key, sequence]) => {
    const stored = predictions.get(key)?.sourceSequence;
    return stored !== undefined && stored >= sequence ? [] : [`${key} of event ${sequence} is scored up to ${stored}`];
  });
}
