import { type FeedDisconnect, type FeedOptions, type FeedReset, type PredictionChange } from '@nearscore/client';
import { cell, figure } from '../output/text';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';
import { PositionFile } from './position-file';
import { shownKey } from './record-lines';

export interface WatchOptions {
  readonly from?: 'newest' | 'oldest';
  readonly label?: readonly string[];
  readonly minScore?: number;
  readonly keyPrefix?: string;
  readonly after?: string;
  /** Path of a file */
  readonly resume?: string;
  readonly count?: number;
  readonly removals?: boolean;
}

/** `nearscore watch <stream>`: until Ctrl-C, or so many. */
export async function watch(
  session: Session,
  [stream = '']: readonly string[],
  options: WatchOptions,
): Promise<ExitCode> {
  const { client, out } = session;
  const source = client.stream(stream);
  // Tells at once that there is no such stream, or no gateway: listening itself tries for ever.
  await source.describe({ signal: session.signal });
  const position = options.resume === undefined ? undefined : new PositionFile(options.resume);
  let left = options.count ?? Infinity;
  try {
    for await (const change of source.changes(feedOptions(session, options, position?.read()))) {
      if (change.type === 'removal' && !options.removals) continue;
      out.item(change, () => changeLine(change, out.isTTY));
      position?.reach(change.lastEventId);
      if (--left === 0) break;
    }
  } finally {
    position?.save();
  }
  return EXIT.ok;
}

function feedOptions({ notes, signal }: Session, options: WatchOptions, saved: string | undefined): FeedOptions {
  const { from, label, minScore, keyPrefix, after = saved } = options;
  return {
    ...{ signal, ...(from && { from }), ...(label && { label }), ...(minScore !== undefined && { minScore }) },
    ...(keyPrefix !== undefined && { keyPrefix }),
    ...(after !== undefined && { lastEventId: after }),
    onReset: (reset) => notes.line(resetText(reset)),
    onDisconnect: (disconnect) => notes.line(disconnectText(disconnect)),
  };
}

function changeLine(change: PredictionChange, isTTY: boolean): string {
  const values = change.type === 'prediction' ? predictionValues(change) : ['', shownKey(change), 'removed'];
  if (!isTTY) return values.map(cell).join('\t');
  const [time = '', key = '', ...rest] = values;
  return [time.slice(11).padEnd(13), cell(key).padEnd(24), ...rest.map((value) => cell(value).padEnd(12))]
    .join(' ')
    .trimEnd();
}

function predictionValues(change: PredictionChange & { type: 'prediction' }): string[] {
  const { scoredAt, label, score, model, version } = change;
  return [scoredAt, shownKey(change), label ?? '', figure(score), `${model} ${version}`];
}

function resetText({ reason, partitions }: FeedReset): string {
  return `some may be missing here: ${cell(reason)}, in ${partitions.length} partitions`;
}

function disconnectText({ error, reason, retryInMs }: FeedDisconnect): string {
  return `not connected (${cell(error?.message ?? reason)}): again in ${(retryInMs / 1000).toFixed(1)} s`;
}
