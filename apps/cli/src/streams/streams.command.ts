import { type NearscoreClient, type StreamField, type StreamView } from '@nearscore/client';
import { type Column } from '../output/table';
import { figure } from '../output/text';
import { EXIT, type ExitCode } from '../program/exit-codes';
import { type Session } from '../program/session';

const COLUMNS: readonly Column<StreamView>[] = [
  { title: 'STREAM', of: ({ stream }) => stream },
  { title: 'MODEL', of: ({ deployment }) => deployment.model },
  { title: 'VERSION', of: ({ deployment }) => deployment.version, right: true },
  { title: 'CANDIDATE', of: candidateOf },
  { title: 'EPOCH', of: ({ deployment }) => deployment.epoch, right: true },
  { title: 'RECORDS', of: ({ counts }) => counts.records, right: true },
  { title: 'PREDICTIONS', of: ({ counts }) => counts.predictions, right: true },
  { title: 'PARKED', of: ({ counts }) => counts.parked, right: true },
  { title: 'UNSCORED', of: ({ lag }) => lag.unscoredRecords, right: true },
  { title: 'SCORED/S', of: ({ rate }) => Math.round(rate.scoredPerSecond), right: true },
];

const FIELD_COLUMNS: readonly Column<StreamField>[] = [
  { title: 'FIELD', of: ({ name }) => name },
  { title: 'KIND', of: ({ kind }) => kind },
  { title: 'MAY BE ABSENT', of: ({ nullable }) => (nullable ? 'yes' : 'no') },
];

/** `nearscore streams [stream]` */
export async function streams({ client, out }: Session, [stream]: readonly string[]): Promise<ExitCode> {
  if (stream === undefined) await listStreams(client, out);
  else await showStream(client, out, stream);
  return EXIT.ok;
}

async function listStreams(client: NearscoreClient, out: Session['out']): Promise<void> {
  const all = await client.streams();
  out.show({ streams: all }, () => out.table(all, COLUMNS));
}

async function showStream(client: NearscoreClient, out: Session['out'], name: string): Promise<void> {
  const view = await client.stream(name).describe();
  out.show(view, () => [...out.pairs(pairsOf(view)), '', ...out.table(view.fields, FIELD_COLUMNS)]);
}

function pairsOf(view: StreamView): [string, unknown][] {
  const { stream, deployment, counts, lag, rate, rescored } = view;
  return [
    ['stream', stream],
    ['model', `${deployment.model} ${deployment.version}`],
    ['candidate', candidateOf(view)],
    ['previous', versionOf(deployment.previous)],
    ['epoch', `${deployment.epoch}, since ${deployment.updatedAt}`],
    ['maps', `${deployment.featureMap}, ${deployment.predictionMap}`],
    ['records', counts.records],
    ['predictions', counts.predictions],
    ['parked', counts.parked],
    ['unscored', `${lag.unscoredRecords}, the oldest for ${figure(lag.oldestUnscoredSeconds)} s`],
    ['refused from', lag.maxUnscoredAgeSeconds === 0 ? 'never' : `${lag.maxUnscoredAgeSeconds} s`],
    ['without lease', lag.partitionsWithoutLease],
    ['journal headroom', lag.journalHeadroomSeconds === null ? null : `${figure(lag.journalHeadroomSeconds)} s`],
    ['scored per second', Math.round(rate.scoredPerSecond)],
    ['scored again', rescored ? `${rescored.partitions} of ${rescored.of} partitions` : null],
  ];
}

function candidateOf({ deployment: { candidate } }: StreamView): string | null {
  if (!candidate) return null;
  const share = candidate.mode === 'shadow' ? 'shadow' : `${candidate.percent} %`;
  return `${versionOf(candidate)}, ${share}`;
}

function versionOf(version: { readonly model: string; readonly version: number } | null | undefined): string | null {
  return version ? `${version.model} ${version.version}` : null;
}
