import {
  type DeadLetterFilter,
  deadLetters,
  type DeadLetterView,
  replayAll,
  replayOne,
  type ReplayProgress,
} from '../gateway/dead-letters.api';
import { type Column } from '../output/table';
import { counted, grouped } from '../output/text';
import { UsageError } from '../program/cli.errors';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';
import { shownKey } from '../records/record-lines';

const COLUMNS: readonly Column<DeadLetterView>[] = [
  { title: 'KEY', of: shownKey },
  { title: 'STATE', of: ({ state }) => state },
  { title: 'REASON', of: ({ reason }) => reason.code },
  { title: 'FIELD', of: ({ reason }) => reason.field },
  { title: 'ATTEMPTS', of: ({ attempts }) => attempts, right: true },
  { title: 'MODEL', of: ({ model, version }) => `${model} ${version}` },
  { title: 'LAST', of: ({ lastAt }) => lastAt },
  { title: 'NEXT', of: ({ nextAttemptAt }) => nextAttemptAt },
];

const DEFAULT_LIMIT = 100;

interface ListOptions extends DeadLetterFilter {
  readonly limit?: number;
  readonly all?: boolean;
}

/** `nearscore dead-letters list <stream>` */
export async function listOfDeadLetters(
  { client, out, notes, signal }: Session,
  [stream = '']: readonly string[],
  { limit = DEFAULT_LIMIT, all, ...filter }: ListOptions,
): Promise<ExitCode> {
  const most = all ? Infinity : limit;
  const found: DeadLetterView[] = [];
  let more = false;
  for await (const letter of deadLetters(client, stream, filter, signal)) {
    more = found.length >= most;
    if (more) break;
    found.push(letter);
  }
  out.show({ deadLetters: found, complete: !more }, () => out.table(found, COLUMNS));
  if (more) notes.line(`There are more: --limit <n> or --all.`);
  return EXIT.ok;
}

interface ReplayOptions extends DeadLetterFilter {
  /** The key is given as base64 of its data. */
  readonly keyData?: boolean;
}

/** `nearscore dead-letters replay <stream> [key]` */
export async function replay(
  session: Session,
  [stream = '', key]: readonly string[],
  { keyData = false, ...filter }: ReplayOptions,
): Promise<ExitCode> {
  if (key === undefined) {
    if (keyData) throw new UsageError('--key-data is for one dead letter: give its key.');
    return replayMany(session, stream, filter);
  }
  if (Object.keys(filter).length > 0) throw new UsageError('--state and --reason are for many: leave the key out.');
  const { client, out } = session;
  const letter = await replayOne(client, stream, key, keyData);
  out.show(letter, () => [`${shownKey(letter)} is tried again`]);
  return EXIT.ok;
}

async function replayMany(session: Session, stream: string, filter: DeadLetterFilter): Promise<ExitCode> {
  const { client, out, notes, signal } = session;
  let progress: ReplayProgress = { matched: 0, requeued: 0 };
  for await (progress of replayAll(client, stream, filter, signal)) {
    notes.status(`${grouped(progress.matched)} found, ${grouped(progress.requeued)} tried again`);
  }
  notes.clear();
  const { matched, requeued } = progress;
  out.show(progress, () => [`${counted(matched, 'record')} found, ${grouped(requeued)} tried again`]);
  return EXIT.ok;
}
