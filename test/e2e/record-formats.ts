import { type Client, Fields, GenericRecords, HazelcastJsonValue } from 'hazelcast-client';
import { type ExampleRecord } from '@nearscore/testkit';
import { type Stack } from './stack';

export type RecordFormat = 'compact' | 'json' | 'floats' | 'doubles' | 'rest';

export const RECORD_FORMATS: readonly RecordFormat[] = ['compact', 'json', 'floats', 'doubles', 'rest'];

/** Writes the records, under `<prefix><key>`, as a user of that format does. */
export async function writeRecords(
  stack: Stack,
  stream: string,
  { format, records, prefix }: { format: RecordFormat; records: readonly ExampleRecord[]; prefix: string },
): Promise<void> {
  if (format === 'rest') return writeOverRest(stack, stream, records, prefix);
  const client = format === 'floats' ? stack.floatClient : stack.client;
  await setAll(
    client,
    stream,
    records.map((record) => [prefix + record.key, valueOf(format, record)]),
  );
}

async function setAll(client: Client, stream: string, entries: [string, unknown][]): Promise<void> {
  const map = await client.getMap<string, unknown>(`features.${stream}`);
  await map.setAll(entries);
}

async function writeOverRest(
  stack: Stack,
  stream: string,
  records: readonly ExampleRecord[],
  prefix: string,
): Promise<void> {
  for (let at = 0; at < records.length; at += 500) {
    const items = records.slice(at, at + 500).map(({ key, values }) => ({ key: prefix + key, value: values }));
    await stack.api('POST', `/v1/streams/${stream}/records`, items);
  }
}

function valueOf(format: Exclude<RecordFormat, 'rest'>, { values }: ExampleRecord): unknown {
  if (format === 'json') return new HazelcastJsonValue(JSON.stringify(values));
  if (format !== 'compact') return Object.values(values);
  const fields = Object.fromEntries(Object.keys(values).map((name) => [name, Fields.FLOAT32]));
  return GenericRecords.compact('test.Features', fields, values);
}
