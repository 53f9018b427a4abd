import { hostname } from 'node:os';
import { SOFTWARE_VERSION } from '@nearscore/config';
import { type LaneTotals, type ScoringCounts, type StreamState } from '@nearscore/metrics';
import { type NodeEntry } from '@nearscore/registry';
import { StreamRates } from './stream-rates';

const NO_LEASES = { takeovers: 0, lost: 0, fenced: 0 };

/** What does not change while the process lives. */
export interface NodeIdentity {
  readonly id: string;
  readonly host: string;
  readonly port: number;
  /** Epoch ms. */
  readonly startedAt: number;
}

type NodeStatus = Pick<NodeEntry, 'ready' | 'serving' | 'rollouts'>;

/** What lanes answered to what is deployed; LaneOutcomes fits. */
export interface AppliedEpochs {
  streams(): Iterable<string>;
  appliedOf(stream: string): { readonly epoch: number; readonly version: number };
}

const NOTHING_WAITS = { unscored: 0, oldestUnscoredMs: 0, headroomSeconds: null };

/** Makes the node's entry of nearscore.nodes from what the lanes reported last. */
export class NodeAnnouncement {
  private readonly rates = new StreamRates();
  private beats = 0;

  constructor(
    private readonly identity: NodeIdentity,
    private readonly lanes: LaneTotals,
    private readonly applied: AppliedEpochs,
  ) {}

  /** Once per heartbeat: the rates are over the last calls. */
  next(memberUuid: string | null, status: NodeStatus): NodeEntry {
    const { streams = {}, leases = NO_LEASES } = this.lanes.counts() ?? {};
    const counts = Object.entries(streams);
    this.rates.sample(performance.now(), new Map(counts.map(([stream, { scored }]) => [stream, scored])));
    return {
      ...this.identity,
      beats: ++this.beats,
      memberUuid,
      lanes: this.laneList(),
      leases: { ...this.lanes.leases(), ...leases },
      recordsRead: counts.reduce((sum, [, stream]) => sum + stream.recordsRead, 0),
      recordsReadFromOwnMember: counts.reduce((sum, [, stream]) => sum + stream.recordsReadOwnMember, 0),
      streams: this.streams(streams),
      ...status,
      heartbeatAt: Date.now(),
      softwareVersion: SOFTWARE_VERSION,
    };
  }

  private laneList(): NodeEntry['lanes'] {
    return this.lanes.lanes().map((lane) => {
      return { lane, partitions: this.lanes.stateOf(lane).partitions, leases: this.lanes.leasesHeld(lane) };
    });
  }

  /** Epochs as lanes answered, without waiting for their next report; all else as they reported it last. */
  private streams(counts: ScoringCounts['streams']): NodeEntry['streams'] {
    const states = this.lanes.streams();
    return [...new Set([...states.keys(), ...this.applied.streams()])].map((stream) => {
      const { lost = 0, rescans = {}, repaired = 0, replaySkipped = 0 } = counts[stream] ?? {};
      const applied = this.applied.appliedOf(stream);
      return {
        ...{ stream, ...stateAt(applied.epoch, states.get(stream)), ...applied },
        ...{ scoredPerSecond: this.rates.perSecond(stream) },
        ...{ lostEvents: lost, rescans, repairs: repaired, replaySkips: replaySkipped },
      };
    });
  }
}

/** What lanes saw of a candidate in another epoch says nothing of this one's. */
function stateAt(epoch: number, state: StreamState | undefined): Omit<StreamState, 'epoch' | 'version'> {
  if (!state) return NOTHING_WAITS;
  return state.epoch === epoch ? state : { ...state, candidate: undefined };
}

/** An address under which others reach the node: a wildcard is none. */
export function announcedHost(host: string): string {
  return host === '0.0.0.0' || host === '::' ? hostname() : host;
}
