import { type FeatureField } from '@nearscore/records';
import { type NodeEntry } from '@nearscore/registry';
import { type StreamDefinition } from './stream-catalog';

export interface StreamCounts {
  readonly records: number;
  readonly predictions: number;
  readonly parked: number;
}

/** A stream on the wire. */
export interface StreamView {
  readonly stream: string;
  readonly deployment: {
    readonly model: string;
    readonly version: number;
    readonly epoch: number;
    readonly featureMap: string;
    readonly predictionMap: string;
    /** ISO 8601 */
    readonly updatedAt: string;
  };
  readonly counts: StreamCounts;
  readonly lag: { readonly unscoredRecords: number; readonly oldestUnscoredSeconds: number };
  readonly rate: { readonly scoredPerSecond: number };
  readonly fields: readonly FeatureField[];
}

type NodeStream = NodeEntry['streams'][number];

/** What the grid counts and what the nodes said with their last heartbeat. */
export function toStreamView(
  { deployment, fields }: StreamDefinition,
  counts: StreamCounts,
  nodes: readonly NodeEntry[],
): StreamView {
  const { stream, model, version, epoch, featureMap, predictionMap, updatedAt } = deployment;
  const reports = nodes.flatMap((node) => node.streams).filter((report) => report.stream === stream);
  return {
    stream,
    deployment: { model, version, epoch, featureMap, predictionMap, updatedAt: new Date(updatedAt).toISOString() },
    counts,
    lag: lagOf(reports),
    rate: { scoredPerSecond: sumOf(reports, (report) => report.scoredPerSecond ?? 0) },
    fields,
  };
}

function lagOf(reports: readonly NodeStream[]): StreamView['lag'] {
  const oldestMs = reports.reduce((oldest, report) => Math.max(oldest, report.oldestUnscoredMs), 0);
  return { unscoredRecords: sumOf(reports, (report) => report.unscored), oldestUnscoredSeconds: oldestMs / 1000 };
}

function sumOf(reports: readonly NodeStream[], value: (report: NodeStream) => number): number {
  return reports.reduce((sum, report) => sum + value(report), 0);
}
