import { type RecordPlace } from '@nearscore/client';
import { readNamedText } from '../files/read-file';
import { UsageError } from '../program/cli.errors';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';
import { importRecords } from './import-records';
import { predictionPairs } from './record-lines';

export interface PutOptions {
  /** `-`: the standard input. */
  readonly file?: string;
  /** Seconds */
  readonly wait?: number;
  /** Lines */
  readonly skip?: number;
}

const STDIN = '-';

/** `nearscore put <stream> [key] [record]` */
export async function put(session: Session, args: readonly string[], options: PutOptions): Promise<ExitCode> {
  const [stream = '', key, json] = args;
  if (key === undefined) return putMany(session, stream, options);
  if (options.skip !== undefined) throw new UsageError('--skip is for many records: leave the key out.');
  const record = await recordText(session, json, options.file);
  return putOne(session, { stream, key, record, waitSeconds: options.wait });
}

async function putMany(session: Session, stream: string, { file, wait, skip = 0 }: PutOptions): Promise<ExitCode> {
  if (wait !== undefined) throw new UsageError('--wait is for one record: give its key.');
  if (file === undefined && session.stdin.isTTY)
    throw new UsageError('Give a key and a record, or --file, or pipe records in.');
  return importRecords(session, stream, { path: file === STDIN ? undefined : file, skip });
}

/** As it is written: parsing would cost numbers their last digits. */
async function recordText({ stdin }: Session, json: string | undefined, file: string | undefined): Promise<string> {
  if (json !== undefined && file !== undefined) throw new UsageError('Give the record or --file, not both.');
  if (json !== undefined && json !== STDIN) return json;
  if (file !== undefined && file !== STDIN) return (await readNamedText(file)) ?? '';
  if (json === undefined && file === undefined && stdin.isTTY)
    throw new UsageError('Give the record, or --file, or pipe it in.');
  return readAll(stdin);
}

async function readAll(stdin: Session['stdin']): Promise<string> {
  let text = '';
  for await (const chunk of stdin.setEncoding('utf8')) text += chunk as string;
  return text;
}

interface OneRecord {
  readonly stream: string;
  readonly key: string;
  readonly record: string;
  readonly waitSeconds: number | undefined;
}

async function putOne(session: Session, { stream, key, record, waitSeconds }: OneRecord): Promise<ExitCode> {
  const { client, out, signal } = session;
  const target = client.stream(stream);
  if (waitSeconds === undefined) {
    const place = await target.put(key, record, { signal });
    out.show(place, () => out.pairs(placePairs(place)));
  } else {
    const prediction = await target.predict(key, record, { waitMs: waitSeconds * 1000, signal });
    out.show(prediction, () => out.pairs(predictionPairs(prediction)));
  }
  return EXIT.ok;
}

function placePairs({ key, partition }: RecordPlace): [string, unknown][] {
  return [
    ['key', key],
    ['partition', partition],
  ];
}
