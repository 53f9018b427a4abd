import { type Deployment } from '@nearscore/registry';
import { appliedEpoch, servingNodes } from '@nearscore/rollouts';
import { type StreamLag } from '../back-pressure/stream-lags';
import { type SeenNode } from '../nodes/node-sightings';
import { broken, counted, doubtful, fine, type Finding } from './finding';

/** Longer than another node needs to take over from one that died. */
const ENOUGH_HEADROOM_SECONDS = 15;
const LEAST_HEADROOM_SECONDS = 5;

export interface StreamFacts {
  readonly deployment: Deployment;
  readonly lag: StreamLag;
  /** Age at which writers are refused; 0: never. */
  readonly maxUnscoredAgeSeconds: number;
}

/** Whether a stream is scored, in time, and by what is deployed. */
export function streamFindings(facts: StreamFacts, nodes: readonly SeenNode[], partitions: number): Finding[] {
  return [leaseFinding(facts, partitions), headroomFinding(facts), lagFinding(facts), ...versionFindings(facts, nodes)];
}

function leaseFinding({ deployment: { stream }, lag }: StreamFacts, partitions: number): Finding {
  const { partitionsWithoutLease: without } = lag;
  if (without === 0) return fine('leases', stream, `all ${partitions} partitions are scored`);
  const message = `${without} of ${partitions} partitions are scored by nobody`;
  return broken(
    'leases',
    stream,
    message,
    'Wait for a takeover of a few seconds; if it stays, start nodes: `nearscore nodes`.',
  );
}

function headroomFinding({ deployment: { stream }, lag: { headroomSeconds: seconds } }: StreamFacts): Finding {
  if (seconds === null) return fine('headroom', stream, 'no journal overwrites anything yet');
  const shown = Number(seconds.toFixed(1));
  const message = `${shown} s until the journal overwrites what is not read, at the present rate`;
  if (seconds >= ENOUGH_HEADROOM_SECONDS) return fine('headroom', stream, message);
  const advice = `Raise the journal's capacity of features.${stream}, add nodes or lanes, or write more slowly: below it partitions are scanned.`;
  return (seconds < LEAST_HEADROOM_SECONDS ? broken : doubtful)('headroom', stream, message, advice);
}

function lagFinding({ deployment: { stream }, lag, maxUnscoredAgeSeconds }: StreamFacts): Finding {
  const seconds = lag.oldestUnscoredMs / 1000;
  const message = `${counted(lag.unscoredRecords, 'record')} unscored, the oldest for ${Number(seconds.toFixed(1))} s`;
  if (maxUnscoredAgeSeconds === 0 || seconds < maxUnscoredAgeSeconds) return fine('lag', stream, message);
  return doubtful('lag', stream, `${message}: writers are refused`, 'Add nodes or lanes, or write more slowly.');
}

function versionFindings({ deployment }: StreamFacts, nodes: readonly SeenNode[]): Finding[] {
  const { stream, model, version, epoch } = deployment;
  const serving = servingNodes(nodes);
  const behind = serving.filter((node) => appliedEpoch(node, stream) !== epoch);
  if (behind.length === 0) {
    return [fine('deployment', stream, `${model} ${version}, epoch ${epoch}, on ${counted(serving.length, 'node')}`)];
  }
  const advice = 'A change takes them about a second; if it stays, the log of the node says why.';
  return behind.map((node) => {
    const message = `${node.entry.id} applies epoch ${appliedEpoch(node, stream)}, deployed is ${epoch}`;
    return doubtful('deployment', stream, message, advice);
  });
}
