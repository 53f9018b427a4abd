import {
  Fields,
  GenericRecords,
  HazelcastJsonValue,
  type IMap,
  IndeterminateOperationStateError,
} from 'hazelcast-client';
import { connect } from './grid';

const ATTEMPTS = 5;

/** Features by name. */
const page = {
  empty_server_form_handler: 1,
  popup_window: 0,
  https: 0.5,
  request_from_other_domain: 0.5,
  anchor_from_other_domain: 0,
  is_popular: 0.5,
  long_url: 0,
  age_of_domain: 1,
  ip_in_url: 0,
};
/** Compact: each number as float32. */
const fields = Object.fromEntries(Object.keys(page).map((name) => [name, Fields.FLOAT32]));

async function main(): Promise<void> {
  // Arrays of numbers are stored as float[]; without the setting, as double[].
  const client = await connect({ defaultNumberType: 'float' });
  try {
    const records = await client.getMap<string, unknown>('features.phishing');
    await write(records, 'ts-generic', GenericRecords.compact('example.Page', fields, page));
    await write(records, 'ts-json', new HazelcastJsonValue(JSON.stringify(page)));
    await write(records, 'ts-object', page); // stored as JSON, too
    await write(records, 'ts-floats', Object.values(page)); // by position, in the model's order
  } finally {
    await client.shutdown();
  }
}

/** After an unknown outcome the record may be there or not. The same one again does no harm. */
async function write(records: IMap<string, unknown>, key: string, value: unknown): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await records.set(key, value);
      console.log(`written ${key}`);
      return;
    } catch (error) {
      if (!(error instanceof IndeterminateOperationStateError) || attempt === ATTEMPTS) throw error;
    }
  }
}

void main();
