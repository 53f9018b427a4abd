import { type RefusedStream } from '@nearscore/metrics';
import { type Deployment } from '@nearscore/registry';
import { type UnavailableStream } from '../models/deployment-reconciler';
import { type FailedDeployment } from '../lanes/lane-outcomes';

export interface NodeReadiness {
  readonly grid: { readonly up: boolean };
  /** Whether the others know of this node. */
  readonly announced: { readonly up: boolean };
  readonly lanes: { readonly up: boolean; readonly ready: number; readonly count: number };
  readonly streams: StreamReadiness;
}

export interface StreamReadiness {
  /** Every deployed stream is scored by every lane at its epoch. */
  readonly up: boolean;
  /** Because of a setting of the feature map. */
  readonly refused: readonly RefusedStream[];
  /** Because the model cannot be had. */
  readonly unavailable: readonly UnavailableStream[];
  /** Because a lane cannot load the model. */
  readonly failed: readonly FailedDeployment[];
}

interface LanesView {
  readonly count: number;
  readonly readyCount: number;
  readonly outcomes: {
    failed(): readonly FailedDeployment[];
    appliedOf(stream: string): { readonly epoch: number };
  };
}

interface WorkView {
  readonly announced: boolean;
  readonly reconciler: {
    readonly refused: readonly RefusedStream[];
    readonly unavailable: readonly UnavailableStream[];
    readonly wanted: readonly Deployment[] | undefined;
  };
}

export function readinessOf(
  lanes: LanesView,
  grid: { isConnected(): boolean } | undefined,
  work: WorkView | undefined,
): NodeReadiness {
  return {
    grid: { up: grid?.isConnected() ?? false },
    announced: { up: work?.announced ?? false },
    lanes: { up: lanes.readyCount === lanes.count, ready: lanes.readyCount, count: lanes.count },
    streams: streamsOf(lanes, work),
  };
}

export function isReady({ grid, announced, lanes, streams }: NodeReadiness): boolean {
  return grid.up && announced.up && lanes.up && streams.up;
}

function streamsOf(lanes: LanesView, work: WorkView | undefined): StreamReadiness {
  const { refused = [], unavailable = [], wanted } = work?.reconciler ?? {};
  const failed = lanes.outcomes.failed();
  const applied = wanted?.every(({ stream, epoch }) => lanes.outcomes.appliedOf(stream).epoch === epoch) ?? false;
  const up = applied && refused.length + unavailable.length + failed.length === 0;
  return { up, refused, unavailable, failed };
}
