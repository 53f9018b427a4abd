import { Client, type IMap } from 'hazelcast-client';
import { predictionSerializer } from '@nearscore/records';
import { benchPredictionSerializer } from '../../peers/bench-prediction';
import { type LoaderSetup, type LoadTarget } from '../load-messages';
import {
  applicationRecordSerializer,
  type EntrySource,
  freshEntries,
  indexOf,
  keyOf,
  pooledEntries,
  RECORDS_PER_CALL,
  type SerializedEntry,
  serializedEntries,
} from '../record-pool';
import { type RecordStore, type StoredPrediction } from './record-store';
import { SpreadStore } from './spread-store';

type GridTarget = Extract<LoadTarget, { kind: 'grid' }>;

/** Maps of a grid, through a stock client; records are serialized once. */
export async function openGridStore(
  target: GridTarget,
  { records: form, fresh, pool }: Omit<LoaderSetup, 'target'>,
): Promise<RecordStore> {
  const client = await connect(target);
  if (pool) {
    const entriesFrom = pooledEntries(client, pool.width);
    return new SpreadStore(await Promise.all(pool.streams.map((maps) => storeOf(client, maps, entriesFrom))));
  }
  const scratch = await client.getMap<unknown, unknown>('bench.scratch');
  const entriesFrom = fresh ? freshEntries(form) : inRuns(await serializedEntries(client, scratch, form));
  return storeOf(client, target, entriesFrom);
}

function connect(target: GridTarget): Promise<Client> {
  return Client.newHazelcastClient({
    clusterName: target.clusterName,
    network: { clusterMembers: [target.address] },
    serialization: {
      defaultNumberType: 'float',
      compact: { serializers: [predictionSerializer, benchPredictionSerializer, applicationRecordSerializer] },
    },
    properties: { 'hazelcast.logging.level': 'ERROR' },
  });
}

async function storeOf(
  client: Client,
  maps: Pick<GridTarget, 'recordMap' | 'predictionMap'>,
  entriesFrom: EntrySource,
): Promise<RecordStore> {
  const records = await client.getMap<unknown, unknown>(maps.recordMap);
  const predictions = await client.getMap<string, StoredPrediction>(maps.predictionMap ?? 'bench.none');
  return new GridStore(records, predictions, entriesFrom);
}

/** The runs that are written in bulk are cut once. */
function inRuns(entries: readonly SerializedEntry[]): EntrySource {
  const runs = Array.from({ length: entries.length / RECORDS_PER_CALL }, (_, index) =>
    entries.slice(index * RECORDS_PER_CALL, (index + 1) * RECORDS_PER_CALL),
  );
  return (first, count) =>
    count === RECORDS_PER_CALL ? (runs[first / RECORDS_PER_CALL] ?? []) : entries.slice(first, first + count);
}

class GridStore implements RecordStore {
  constructor(
    private readonly records: IMap<unknown, unknown>,
    private readonly stored: IMap<string, StoredPrediction>,
    private readonly entriesFrom: EntrySource,
  ) {}

  write(first: number, count: number): Promise<unknown> {
    const entries = this.entriesFrom(first, count);
    if (count > 1) return this.records.setAll(entries);
    const [key, value] = entries[0] as SerializedEntry;
    return this.records.set(key, value);
  }

  async predictions(keys: readonly number[]): Promise<(StoredPrediction | undefined)[]> {
    const found = new Map(await this.stored.getAll(keys.map(keyOf)));
    return keys.map((key) => found.get(keyOf(key)));
  }

  async listen(seen: (key: number) => void): Promise<() => Promise<unknown>> {
    const onEvent = ({ key }: { key: string }): void => seen(indexOf(key));
    const id = await this.stored.addEntryListener({ added: onEvent, updated: onEvent }, undefined, true);
    return () => this.stored.removeEntryListener(id);
  }
}
