import { type JsonRecord, type Prediction, type StoredRecord } from '@nearscore/client';
import { RecordAbsentError } from '../program/cli.errors';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';
import { predictionPairs } from './record-lines';

interface Found {
  readonly key: string;
  /** null: there is none. */
  readonly record: StoredRecord<JsonRecord>['value'] | null;
  readonly prediction: Prediction | null;
}

/** `nearscore get <stream> <key>` */
export async function get(
  { client, out, signal }: Session,
  [stream = '', key = '']: readonly string[],
): Promise<ExitCode> {
  const source = client.stream(stream);
  const [record, prediction] = await Promise.all([source.get(key, { signal }), source.prediction(key, { signal })]);
  if (!record && !prediction) throw new RecordAbsentError(stream, key);
  const found: Found = { key, record: record?.value ?? null, prediction: prediction ?? null };
  out.show(found, () => [...recordLines(found, out), '', ...predictionLines(found, out)]);
  return EXIT.ok;
}

function recordLines({ key, record }: Found, out: Session['out']): string[] {
  if (record === null) return out.pairs([['record', null]]);
  // Grid clients may write arrays.
  const fields = Array.isArray(record) ? [['values', record.join(' ')] as const] : Object.entries(record);
  return out.pairs([['record', key], ...fields.map(([name, value]) => [`  ${name}`, value] as const)]);
}

function predictionLines({ prediction }: Found, out: Session['out']): string[] {
  if (!prediction) return out.pairs([['prediction', 'not scored yet']]);
  const parts = predictionPairs(prediction).slice(1);
  return out.pairs([['prediction', prediction.key], ...parts.map(([name, value]) => [`  ${name}`, value] as const)]);
}
